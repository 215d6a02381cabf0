package io.phial.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * A run of neighbouring free ports, kept for as long as it is open.
 *
 * <p>Its first port is held open as a lock that other demos respect, so a node that is restarted
 * finds its ports free. The block lies below the range from which the kernel gives ports to
 * outgoing connections: otherwise any of the many connections could sit on a dead node's port.
 */
final class PortBlock implements AutoCloseable {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS_MAX = 200;
  private static final Path EPHEMERAL_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private final ServerSocket lock;

  private PortBlock(ServerSocket lock) {
    this.lock = lock;
  }

  /**
   * Reserves a block.
   *
   * @param count usable ports, without the lock
   * @throws IOException when no block was free in {@value #ATTEMPTS_MAX} attempts
   */
  static PortBlock reserve(int count, RandomGenerator random) throws IOException {
    int highest = Math.min(HIGHEST, ephemeralLowest()) - count - 1;
    int lowest = Math.min(LOWEST, Math.max(1024, highest - 1000));
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      int base = random.nextInt(lowest, Math.max(lowest + 1, highest));
      ServerSocket lock = listen(base);
      if (lock != null) {
        if (areFree(base + 1, count)) {
          return new PortBlock(lock);
        }
        lock.close();
      }
    }
    throw new BindException("no " + count + " free neighbouring ports on loopback");
  }

  /** The first usable port. */
  int first() {
    return lock.getLocalPort() + 1;
  }

  private static boolean areFree(int first, int count) throws IOException {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket tcp = listen(port);
          DatagramSocket udp = tcp == null ? null : new DatagramSocket(address(port))) {
        if (udp == null) {
          return false;
        }
      } catch (SocketException e) {
        return false;
      }
    }
    return true;
  }

  private static @org.jspecify.annotations.Nullable ServerSocket listen(int port)
      throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // The lock must clash with another lock, and a lingering connection must not look taken.
      socket.setReuseAddress(true);
      socket.bind(address(port), 1);
      return socket;
    } catch (BindException e) {
      socket.close();
      return null;
    }
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Where the kernel's own choice of ports begins. */
  static int ephemeralLowest() {
    // One read with room enough: such a file gives nothing at its second one.
    byte[] bytes = new byte[64];
    try (InputStream in = Files.newInputStream(EPHEMERAL_RANGE)) {
      int length = Math.max(0, in.read(bytes));
      String range = new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
      return Integer.parseInt(range.split("\\s+", 2)[0]);
    } catch (IOException | NumberFormatException e) {
      // Not Linux: the range that IANA suggests, and macOS uses, lies above ours.
      return 49_152;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
