/** The command line. */
@org.jspecify.annotations.NullMarked
package io.phial.node.cli;
