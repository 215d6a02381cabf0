package io.phial.chaos.qos;

import org.jspecify.annotations.Nullable;

/** In what a recorded trace gives its times. */
enum TimeUnitOfTrace {
  NS("ns", "nanoseconds", 1, "nanos"),
  US("us", "microseconds", 1_000, "micros"),
  MS("ms", "milliseconds", 1_000_000, "millis"),
  S("s", "seconds", 1_000_000_000, "seconds");

  private final String suffix;
  private final String label;
  private final long nanos;
  private final String word;

  TimeUnitOfTrace(String suffix, String label, long nanos, String word) {
    this.suffix = suffix;
    this.label = label;
    this.nanos = nanos;
    this.word = word;
  }

  String label() {
    return label;
  }

  String suffix() {
    return suffix;
  }

  long nanos() {
    return nanos;
  }

  /** The unit in which a column's name ends, or null; {@code name} is in lower case. */
  static @Nullable TimeUnitOfTrace endOf(String name) {
    for (TimeUnitOfTrace unit : values()) {
      boolean bySuffix = unit == S ? name.endsWith("_s") : name.endsWith(unit.suffix);
      if (bySuffix || name.endsWith(unit.word)) {
        return unit;
      }
    }
    return null;
  }
}
