package io.phial.node.config;

import io.netty.util.NetUtil;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.KeyRing;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of settings there are. */
final class Kinds {
  static final int SECRET_BYTES_MIN = 16;
  static final int SECRET_BYTES_MAX = 64;

  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*\\.?");

  private Kinds() {}

  private record Of<T>(String bound, Function<String, T> reader, Function<T, String> writer)
      implements Kind<T> {
    @Override
    public T parse(String text) {
      return reader.apply(text);
    }

    @Override
    public String format(T value) {
      return writer.apply(value);
    }
  }

  static Kind<Integer> integer(int min, int max) {
    return new Of<>(
        min + " to " + max,
        text -> {
          int value = Integer.parseInt(text);
          require(value >= min && value <= max);
          return value;
        },
        String::valueOf);
  }

  /** A port that may stay closed. */
  static Kind<Integer> port() {
    Kind<Integer> number = integer(0, 65_535);
    return new Of<>(
        number.bound() + " or off",
        text -> text.equals("off") ? Integer.valueOf(Protocols.OFF) : number.parse(text),
        value -> value == Protocols.OFF ? "off" : String.valueOf(value));
  }

  /** What is probed; each id once. */
  static Kind<List<ProbeTarget>> targets(int max) {
    return new Of<>(
        "at most "
            + max
            + " of id tcp://, http:// or grpc://host:port[/path]"
            + " [interval=5s] [timeout=1s] [expect=200], separated by commas",
        text -> {
          List<ProbeTarget> found = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              found.add(ProbeTarget.parse(part));
            }
          }
          require(found.size() <= max);
          require(found.stream().map(ProbeTarget::id).distinct().count() == found.size());
          return List.copyOf(found);
        },
        value -> value.stream().map(ProbeTarget::toString).collect(Collectors.joining(",")));
  }

  static Kind<Double> decimal(double min, double max) {
    return new Of<>(
        number(min) + " to " + number(max),
        text -> {
          double value = Double.parseDouble(text);
          require(value >= min && value <= max);
          return value;
        },
        Kinds::number);
  }

  static Kind<Duration> duration(String min, String max) {
    Duration least = Durations.parse(min);
    Duration most = Durations.parse(max);
    return new Of<>(
        "a duration of " + min + " to " + max + " (a number with ns, us, ms, s, m, h or d)",
        text -> {
          Duration value = Durations.parse(text);
          require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
          return value;
        },
        Durations::format);
  }

  static Kind<Boolean> truth() {
    return new Of<>(
        "true or false",
        text -> {
          require(text.equals("true") || text.equals("false"));
          return text.equals("true");
        },
        String::valueOf);
  }

  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    List<String> words =
        List.of(type.getEnumConstants()).stream()
            .map(word -> word.name().toLowerCase(Locale.ROOT))
            .toList();
    return new Of<>(
        String.join(", ", words.subList(0, words.size() - 1))
            + " or "
            + words.get(words.size() - 1),
        text -> {
          require(words.contains(text.toLowerCase(Locale.ROOT)));
          return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        },
        value -> value.name().toLowerCase(Locale.ROOT));
  }

  /** A name of nodes, zones and clusters. */
  static Kind<String> label(int charactersMin, int charactersMax) {
    Pattern form = Pattern.compile("[A-Za-z0-9._-]{%d,%d}".formatted(charactersMin, charactersMax));
    return new Of<>(
        charactersMin + " to " + charactersMax + " characters of A-Z a-z 0-9 . _ -",
        text -> {
          require(form.matcher(text).matches());
          return text;
        },
        value -> value);
  }

  /** A path of a file; whether it can be read is found out when it is read. */
  static Kind<String> path() {
    return new Of<>(
        "the path of a file, at most 4096 characters",
        text -> {
          require(text.length() <= 4096 && text.indexOf('\0') < 0);
          return text;
        },
        value -> value);
  }

  /** A numeric address; a name would have to be resolved, which can block and change. */
  static Kind<String> address(boolean mayBeEmpty) {
    return new Of<>(
        "a numeric IPv4 or IPv6 address" + (mayBeEmpty ? " or empty" : ""),
        text -> {
          require((mayBeEmpty && text.isEmpty()) || isNumeric(text));
          return text;
        },
        value -> value);
  }

  /** Addresses or names; a name is looked up by whoever uses it, and stands for all it means. */
  static Kind<List<Endpoint>> endpoints(int max) {
    return new Of<>(
        "at most " + max + " of host:port, separated by commas",
        text -> {
          List<Endpoint> found = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              found.add(endpoint(part.strip()));
            }
          }
          require(found.size() <= max);
          return List.copyOf(found);
        },
        value -> value.stream().map(Endpoint::toString).collect(Collectors.joining(",")));
  }

  /** Addresses that something else looks up; a host may be a name. */
  static Kind<List<String>> members(int max) {
    return new Of<>(
        "at most " + max + " of host:port, separated by commas",
        text -> {
          List<String> found = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              require(part.strip().matches("[^\\s,]{1,255}:\\d{1,5}"));
              Endpoint.parse(part.strip());
              found.add(part.strip());
            }
          }
          require(found.size() <= max);
          return List.copyOf(found);
        },
        value -> String.join(",", value));
  }

  /** Addresses that requests are sent to. */
  static Kind<List<String>> urls(int max) {
    return new Of<>(
        "at most " + max + " http or https addresses, separated by commas",
        text -> {
          List<String> found = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              found.add(url(part.strip()));
            }
          }
          require(found.size() <= max);
          return List.copyOf(found);
        },
        value -> String.join(",", value));
  }

  /** Names of further profiles, each once. */
  static Kind<List<String>> profiles(int max) {
    return new Of<>(
        "at most " + max + " names of 1 to 16 of a-z 0-9 -, none of them built in, each once",
        text -> {
          List<String> found = words(text, max);
          require(found.stream().allMatch(ProfileOptions::isCustom));
          require(found.stream().distinct().count() == found.size());
          return found;
        },
        value -> String.join(",", value));
  }

  /** What the ids of clients begin with. */
  static Kind<List<String>> prefixes(int max) {
    return new Of<>(
        "at most " + max + " beginnings of ids, 1 to 128 printable characters without blanks",
        text -> {
          List<String> found = words(text, max);
          require(found.stream().allMatch(word -> word.matches("[!-~]{1,128}")));
          return found;
        },
        value -> String.join(",", value));
  }

  private static List<String> words(String text, int max) {
    List<String> found = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        found.add(part.strip());
      }
    }
    require(found.size() <= max);
    return List.copyOf(found);
  }

  private static String url(String text) {
    URI uri = URI.create(text);
    require("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    require(uri.getHost() != null && uri.getUserInfo() == null && text.length() <= 2048);
    return text;
  }

  /** Hexadecimal digits; empty when not given. */
  static Kind<byte[]> hex() {
    return new Of<>(
        "%d to %d hexadecimal digits".formatted(2 * SECRET_BYTES_MIN, 2 * SECRET_BYTES_MAX),
        text -> {
          byte[] value = HexFormat.of().parseHex(text);
          require(
              value.length == 0
                  || (value.length >= SECRET_BYTES_MIN && value.length <= SECRET_BYTES_MAX));
          return value;
        },
        value -> HexFormat.of().formatHex(value));
  }

  /** Keys of the seal between nodes, as text; empty when not given. */
  static Kind<String> keys() {
    return new Of<>(
        "1 to 16 of id:base64 (ids 1 to 255, keys of 16 or 32 bytes), separated by commas",
        text -> {
          require(text.isBlank() || !KeyRing.parse(text).ids().isEmpty());
          return text.strip();
        },
        value -> value);
  }

  static boolean isWildcard(String address) {
    return address.equals("0.0.0.0") || address.matches("[0:]+");
  }

  private static Endpoint endpoint(String text) {
    Endpoint parsed = Endpoint.parse(text);
    // The one name whose meaning is fixed; everybody types it.
    Endpoint found =
        parsed.host().equals("localhost") ? new Endpoint("127.0.0.1", parsed.port()) : parsed;
    require(isNumeric(found.host()) || isName(found.host()));
    return found;
  }

  private static boolean isNumeric(String address) {
    return NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address);
  }

  // What has a colon or only digits and dots is an address with a mistake, not a name.
  private static boolean isName(String host) {
    return host.length() <= 253 && HOST_NAME.matcher(host).matches() && !host.matches("[0-9.]+");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("out of bounds");
    }
  }
}
