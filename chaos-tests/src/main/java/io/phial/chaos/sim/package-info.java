/**
 * The deterministic simulator: whole clusters of the very same membership state machines, with
 * their real frame codec, in virtual time from one seed. Must not read a clock or draw randomness
 * of its own, except {@code SimCommand}, which picks a first seed when none is given.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.sim;
