package io.phial.node.config;

/**
 * A setting that cannot be used.
 *
 * @param option the option's name
 * @param bound what it must be
 * @param value what it was; secrets are masked before they get here
 */
public record Violation(String option, String bound, String value) {
  private static final int VALUE_CHARACTERS_MAX = 200;

  /** Cuts long values: a message is for people. */
  public Violation {
    if (value.length() > VALUE_CHARACTERS_MAX) {
      value = value.substring(0, VALUE_CHARACTERS_MAX) + "…";
    }
  }

  /** The whole sentence: option, bound and value. */
  public String message() {
    return option + " must be " + bound + ", was " + (value.isEmpty() ? "empty" : value);
  }
}
