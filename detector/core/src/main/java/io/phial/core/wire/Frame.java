package io.phial.core.wire;

/** A message between nodes. */
public interface Frame {}
