/**
 * Malformed input from one seed, and the sender that brings it to a port. Never contains a valid
 * beat, so whatever it changes is a defect. Knows nothing of Phial's own classes.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.input;
