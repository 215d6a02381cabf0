package io.phial.node.config;

/**
 * How the text of a setting becomes its value, and what it may be.
 *
 * @param <T> the value
 */
interface Kind<T> {
  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException when the text is no value within {@link #bound}; the message
   *     is not shown to anyone
   */
  T parse(String text);

  /** Completes the sentence "the option must be …". */
  String bound();

  /** How a value is written in a configuration file. */
  default String format(T value) {
    return String.valueOf(value);
  }
}
