/** The HTTP API. */
@org.jspecify.annotations.NullMarked
package io.phial.node.api;
