package io.phial.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches a port on the loopback: it must take a connection and, with a path, answer {@code GET}
 * with a status of 200 to 399, all within the time given.
 *
 * <p>Nobody listens on a port that was served before: that is harder evidence than silence, because
 * the kernel says it and not a busy program. A second look a moment later confirms it.
 */
final class PortWatch implements Watch {
  private static final int STATUS_LINE_BYTES_MAX = 256;
  private static final long CONFIRM_MILLIS = 100;

  private final int port;
  private final @Nullable String path;
  private final Duration timeout;
  private final boolean refusedIsGone;
  private boolean served;

  /**
   * Describes it.
   *
   * @param path begins with a slash; null for a plain connection
   * @param refusedIsGone whether a refused connection, after good ones, means that the program is
   *     gone
   */
  PortWatch(int port, @Nullable String path, Duration timeout, boolean refusedIsGone) {
    this.port = port;
    this.path = path;
    this.timeout = timeout;
    this.refusedIsGone = refusedIsGone;
  }

  @Override
  public String kind() {
    return path == null ? "tcp" : "http";
  }

  @Override
  public Sighting look() {
    Sighting seen = ask();
    if (seen.is(Sighting.State.ALIVE)) {
      served = true;
      return seen;
    }
    if (!seen.is(Sighting.State.ABSENT) || !served) {
      return seen;
    }
    if (!refusedIsGone) {
      return Sighting.silent(seen.detail());
    }
    pause();
    if (!ask().is(Sighting.State.ABSENT)) {
      return Sighting.silent("port " + port + " was closed for a moment");
    }
    served = false;
    return Sighting.gone("nobody listens on port " + port + " any more");
  }

  private static void pause() {
    try {
      Thread.sleep(CONFIRM_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** ABSENT when nobody listens. */
  private Sighting ask() {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
      if (path == null) {
        return Sighting.alive("port " + port + " takes connections", 0);
      }
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + path
                      + " HTTP/1.1\r\nHost: localhost:"
                      + port
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return judge(statusLine(socket, deadlineNanos));
    } catch (ConnectException e) {
      return Sighting.absent("nobody listens on port " + port);
    } catch (IOException e) {
      return Sighting.silent("no answer on port " + port + " within " + timeout.toMillis() + " ms");
    }
  }

  // Read byte by byte so that a drip of bytes cannot keep us beyond the deadline.
  private static String statusLine(Socket socket, long deadlineNanos) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    while (line.size() < STATUS_LINE_BYTES_MAX) {
      long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        throw new IOException("too slow");
      }
      socket.setSoTimeout((int) leftMillis);
      int read = in.read();
      if (read < 0 || read == '\n') {
        break;
      }
      line.write(read);
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  private Sighting judge(String line) {
    if (line.matches("HTTP/1\\.[01] [23]\\d\\d.*\\r?")) {
      return Sighting.alive("port " + port + " answers " + line.substring(9, 12), 0);
    }
    if (line.matches("HTTP/1\\.[01] \\d{3}.*\\r?")) {
      return Sighting.silent("port " + port + " answers " + line.substring(9, 12));
    }
    return Sighting.silent("port " + port + " does not answer in HTTP");
  }
}
