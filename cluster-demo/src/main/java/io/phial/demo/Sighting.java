package io.phial.demo;

/**
 * A verdict change together with the node that printed it.
 *
 * @param observer the node on whose standard output it stood
 * @param event what it said
 */
public record Sighting(String observer, VerdictEvent event) {
  /** For messages. */
  @Override
  public String toString() {
    return observer
        + " at "
        + event.atMillis()
        + ": "
        + event.kind()
        + " "
        + event.id()
        + " "
        + event.from()
        + " -> "
        + event.to()
        + " ("
        + event.reason()
        + ")";
  }
}
