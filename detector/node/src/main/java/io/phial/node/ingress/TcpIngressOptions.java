package io.phial.node.ingress;

/**
 * Limits of the plain TCP ingress.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param connectionsMax connections at a time; one more is told so and closed
 * @param idleMillisMax a connection silent for this long is closed; longer than any interval that
 *     may be declared, since judging silence is not the ingress's business
 * @param strangerMillisMax a connection that has not sent one beat by then is closed
 * @param errorsMax the connection is closed with this error
 * @param beatGapNanosMin beats closer than this are answered but not passed on: they come from a
 *     queue that drains, or from a client that harms itself
 */
public record TcpIngressOptions(
    String host,
    int port,
    int connectionsMax,
    long idleMillisMax,
    long strangerMillisMax,
    int errorsMax,
    long beatGapNanosMin) {
  /** Checks the bounds. */
  public TcpIngressOptions {
    check("port", port, 0, 65_535);
    check("connectionsMax", connectionsMax, 1, 10_000_000);
    check("idleMillisMax", idleMillisMax, 1, Integer.MAX_VALUE);
    check("strangerMillisMax", strangerMillisMax, 1, Integer.MAX_VALUE);
    check("errorsMax", errorsMax, 1, 1_000_000);
    check("beatGapNanosMin", beatGapNanosMin, 0, 1_000_000_000);
  }

  /**
   * 100,000 connections, 25 hours idle, a minute for the first beat, 8 errors, 2 ms between beats.
   */
  public static TcpIngressOptions of(String host, int port) {
    return new TcpIngressOptions(host, port, 100_000, 90_000_000, 60_000, 8, 2_000_000);
  }

  static void check(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " must be " + min + " to " + max + ", was " + value);
    }
  }
}
