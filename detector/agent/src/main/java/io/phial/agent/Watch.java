package io.phial.agent;

/** A way to see whether the program lives. Used by one thread; a look takes a bounded time. */
interface Watch {
  /** One lower-case word. */
  String kind();

  /** A full look, once an interval. */
  Sighting look();

  /**
   * A glance between two looks, some ten times a second, for what can be seen at once.
   *
   * @return GONE when the program is gone; anything else says nothing
   */
  default Sighting glance() {
    return Sighting.silent("nothing new");
  }
}
