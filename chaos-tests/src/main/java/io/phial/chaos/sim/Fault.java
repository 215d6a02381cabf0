package io.phial.chaos.sim;

/**
 * Something that goes wrong for a while.
 *
 * @param text for the narration
 * @param start makes it begin
 * @param end ends it; killed nodes come back
 */
record Fault(String text, Runnable start, Runnable end) {}
