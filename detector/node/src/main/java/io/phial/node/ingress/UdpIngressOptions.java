package io.phial.node.ingress;

import static io.phial.node.ingress.TcpIngressOptions.check;

/**
 * Limits of the datagram ingress.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param registrationsPendingMax registrations that wait for the desk; more are refused
 * @param registrationsPerSecondMax registrations passed to the desk; more are refused
 * @param retryAfterMillis what a client that is refused for these limits is told; it adds jitter
 * @param answersPendingMax answers that wait in the socket; more are not sent
 */
public record UdpIngressOptions(
    String host,
    int port,
    int registrationsPendingMax,
    int registrationsPerSecondMax,
    int retryAfterMillis,
    int answersPendingMax) {
  /** Checks the bounds. */
  public UdpIngressOptions {
    check("port", port, 0, 65_535);
    check("registrationsPendingMax", registrationsPendingMax, 1, 1_000_000);
    check("registrationsPerSecondMax", registrationsPerSecondMax, 1, 1_000_000);
    check("retryAfterMillis", retryAfterMillis, 1, 3_600_000);
    check("answersPendingMax", answersPendingMax, 1, 1_000_000);
  }

  /** 4,096 pending and 20,000 registrations per second, try again after 2 s. */
  public static UdpIngressOptions of(String host, int port) {
    return new UdpIngressOptions(host, port, 4_096, 20_000, 2_000, 16_384);
  }
}
