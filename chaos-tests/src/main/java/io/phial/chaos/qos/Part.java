package io.phial.chaos.qos;

/** Parts of a trace that are scored apart. */
enum Part {
  /** The detectors learn; nothing is counted. */
  WARM_UP(""),
  /** The usual part. */
  STEADY(""),
  /** A sender's first hundred beats after its network changed. */
  SHIFTED("-first-100"),
  /** What follows them. */
  SETTLED("-later");

  private final String suffix;

  Part(String suffix) {
    this.suffix = suffix;
  }

  /** What the name of the part adds to the name of its trace. */
  String suffix() {
    return suffix;
  }
}
