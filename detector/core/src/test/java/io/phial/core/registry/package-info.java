/** Tests of the client table and its verdicts. */
@org.jspecify.annotations.NullMarked
package io.phial.core.registry;
