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
 * @param receiveBufferBytes what the kernel may hold for a socket while the node is busy, as far as
 *     the kernel permits (Linux: {@code net.core.rmem_max}); a ten-byte datagram takes about 830
 * @param unsentBytesMax answers that wait in the socket; more are not sent
 */
public record UdpIngressOptions(
    String host,
    int port,
    int registrationsPendingMax,
    int registrationsPerSecondMax,
    int retryAfterMillis,
    int receiveBufferBytes,
    int unsentBytesMax) {
  /** Checks the bounds. */
  public UdpIngressOptions {
    check("port", port, 0, 65_535);
    check("registrationsPendingMax", registrationsPendingMax, 1, 1_000_000);
    check("registrationsPerSecondMax", registrationsPerSecondMax, 1, 1_000_000);
    check("retryAfterMillis", retryAfterMillis, 1, 3_600_000);
    check("receiveBufferBytes", receiveBufferBytes, 4_096, 1 << 30);
    check("unsentBytesMax", unsentBytesMax, 1_024, 1 << 30);
  }

  /** 4,096 pending and 20,000 registrations per second, try again after 2 s; 4 MiB, 1 MiB. */
  public static UdpIngressOptions of(String host, int port) {
    return new UdpIngressOptions(host, port, 4_096, 20_000, 2_000, 4 << 20, 1 << 20);
  }

  /** The limits of one of several sockets that share the load. */
  UdpIngressOptions share(int sockets) {
    return new UdpIngressOptions(
        host,
        port,
        Math.max(1, registrationsPendingMax / sockets),
        Math.max(1, registrationsPerSecondMax / sockets),
        retryAfterMillis,
        receiveBufferBytes,
        unsentBytesMax);
  }
}
