package io.phial.node.config;

import io.phial.core.wire.ClientIds;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that is asked for its life because it does not tell. Written as {@code id url
 * [interval=5s] [timeout=1s] [expect=200]}; the time-out is a second, or the interval when that is
 * shorter. Immutable.
 *
 * @param id the client that a success is a beat of
 * @param kind how it is asked
 * @param host a name or an address
 * @param port 1 to 65535
 * @param path of an HTTP request, or the service of a gRPC health check without a slash
 * @param expect the HTTP status of a success, 100 to 599
 * @param interval between two probes
 * @param timeout of one probe, at most the interval
 */
public record ProbeTarget(
    String id,
    Kind kind,
    String host,
    int port,
    String path,
    int expect,
    Duration interval,
    Duration timeout) {
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(1);
  private static final Duration INTERVAL_MAX = Duration.ofHours(24);

  /** How a target is asked. */
  public enum Kind {
    /** A connection that is accepted. */
    TCP,
    /** A GET that is answered with the expected status. */
    HTTP,
    /** A health check that is answered with SERVING. */
    GRPC
  }

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException when it has another form
   */
  public static ProbeTarget parse(String text) {
    String[] words = text.strip().split("\\s+", -1);
    if (words.length < 2 || !ClientIds.isValid(words[0])) {
      throw new IllegalArgumentException("target must be an id and a URL, was " + text);
    }
    URI url = URI.create(words[1]);
    Kind kind = Kind.valueOf(String.valueOf(url.getScheme()).toUpperCase(java.util.Locale.ROOT));
    Duration interval = Duration.ofSeconds(5);
    @Nullable Duration timeout = null;
    int expect = 200;
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String value = words[i].substring(equals + 1);
      switch (equals < 0 ? "" : words[i].substring(0, equals)) {
        case "interval" -> interval = Durations.parse(value);
        case "timeout" -> timeout = Durations.parse(value);
        case "expect" -> expect = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("unknown word in target: " + words[i]);
      }
    }
    Duration limit = timeout == null ? shorter(interval, TIMEOUT_DEFAULT) : timeout;
    return new ProbeTarget(
        words[0], kind, host(url), port(url, kind), path(url, kind), expect, interval, limit);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Checks the bounds. */
  public ProbeTarget {
    if (interval.compareTo(INTERVAL_MIN) < 0
        || interval.compareTo(INTERVAL_MAX) > 0
        || timeout.isZero()
        || timeout.compareTo(interval) > 0
        || port < 1
        || port > 65_535
        || expect < 100
        || expect > 599) {
      throw new IllegalArgumentException("target " + id + " is out of bounds");
    }
  }

  private static String host(URI url) {
    if (url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
      throw new IllegalArgumentException("target must have a host, was " + url);
    }
    return url.getHost();
  }

  private static int port(URI url, Kind kind) {
    return url.getPort() < 0 && kind == Kind.HTTP ? 80 : url.getPort();
  }

  private static String path(URI url, Kind kind) {
    String path = url.getRawPath();
    return switch (kind) {
      case TCP -> "";
      case GRPC -> path.startsWith("/") ? path.substring(1) : path;
      case HTTP -> {
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        yield (path.isEmpty() ? "/" : path) + query;
      }
    };
  }

  /** As it is written. */
  @Override
  public String toString() {
    String slash = kind == Kind.GRPC && !path.isEmpty() ? "/" : "";
    return "%s %s://%s:%d%s%s interval=%s timeout=%s expect=%d"
        .formatted(
            id,
            kind.name().toLowerCase(java.util.Locale.ROOT),
            host,
            port,
            slash,
            path,
            Durations.format(interval),
            Durations.format(timeout),
            expect);
  }
}
