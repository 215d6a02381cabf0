package io.phial.core.registry;

import java.util.Locale;

/** Builds the sentence that explains a verdict. Pure. */
final class Reason {
  private static final double SECOND = 1e9;

  /**
   * The numbers of one client at one moment.
   *
   * @param silenceNanos time since its last beat
   * @param quietNanos time for which it announced to be quiet yet
   * @param intervalNanos the interval in force
   * @param declared false when the interval was learned or assumed
   * @param beatsMissed due times passed
   * @param lossRate share of lost beats
   * @param phi suspicion
   */
  record Numbers(
      long silenceNanos,
      long quietNanos,
      long intervalNanos,
      boolean declared,
      long beatsMissed,
      double lossRate,
      double phi) {}

  private Reason() {}

  static String silence(Numbers n) {
    return "silent for " + seconds(n.silenceNanos) + " s at " + tail(n);
  }

  static String alive(Numbers n) {
    return "last beat " + seconds(n.silenceNanos) + " s ago at " + tail(n);
  }

  static String quiet(Numbers n) {
    return "announced to be quiet for another "
        + seconds(n.quietNanos)
        + " s; then expected at "
        + article(n)
        + " interval";
  }

  static String registered(Numbers n) {
    return n.declared
        ? "registered with " + article(n) + " interval"
        : "registered, interval to be learned from its beats";
  }

  static String back(Numbers n, Verdict from) {
    return "beats again after "
        + seconds(n.silenceNanos)
        + " s as "
        + from
        + " at "
        + article(n)
        + " interval";
  }

  static String heardAfterTakeover(Numbers n) {
    return "first beat heard here after the takeover, at " + article(n) + " interval";
  }

  static String unheard(Numbers n) {
    return "taken over and not heard here yet; expected at " + article(n) + " interval";
  }

  static String closedSince(Numbers n) {
    return "connection closed without a goodbye; last beat "
        + seconds(n.silenceNanos)
        + " s ago at "
        + tail(n);
  }

  static String closed(Numbers n) {
    return "connection closed without a goodbye "
        + seconds(n.silenceNanos)
        + " s after its last beat at "
        + tail(n);
  }

  static String notBack(Numbers n) {
    return "connection closed without a goodbye and not back since; silent for "
        + seconds(n.silenceNanos)
        + " s at "
        + tail(n);
  }

  static String goodbye() {
    return "said goodbye";
  }

  static String gone(String how) {
    return "its process is gone, says who beats for it" + (how.isEmpty() ? "" : ": " + how);
  }

  static String outOfSight() {
    return "; out of sight: not heard here since a node went out of reach";
  }

  static String takeover(String home, Verdict verdict) {
    return "taken over from node "
        + home
        + ", which last held it to be "
        + verdict
        + "; full grace from now";
  }

  private static String tail(Numbers n) {
    return article(n)
        + " interval: "
        + n.beatsMissed
        + (n.beatsMissed == 1 ? " beat missed, loss " : " beats missed, loss ")
        + number(n.lossRate * 100, 1)
        + " %, phi "
        + number(n.phi, 1);
  }

  private static String article(Numbers n) {
    return (n.declared ? "a " : "a learned ") + number(n.intervalNanos / SECOND) + " s";
  }

  private static String seconds(long nanos) {
    return number(nanos / SECOND, 2);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Up to three digits after the point, without idle zeros. */
  private static String number(double value) {
    String text = number(value, 3);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
