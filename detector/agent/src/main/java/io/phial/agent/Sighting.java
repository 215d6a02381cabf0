package io.phial.agent;

/**
 * What one look at the program showed. Immutable.
 *
 * @param state what it says about its life
 * @param detail a few printable words for people
 * @param birth grows with every start of the program; 0 when it cannot be told
 */
record Sighting(State state, String detail, long birth) {
  /** What a look can say. */
  enum State {
    /** It was not there yet. */
    ABSENT,
    /** It lives. */
    ALIVE,
    /** It is there, or may be, but does not do what the living do. */
    SILENT,
    /** It was there and its process is gone. */
    GONE
  }

  static Sighting absent(String detail) {
    return new Sighting(State.ABSENT, detail, 0);
  }

  static Sighting alive(String detail, long birth) {
    return new Sighting(State.ALIVE, detail, birth);
  }

  static Sighting silent(String detail) {
    return new Sighting(State.SILENT, detail, 0);
  }

  static Sighting gone(String detail) {
    return new Sighting(State.GONE, detail, 0);
  }

  boolean is(State other) {
    return state == other;
  }
}
