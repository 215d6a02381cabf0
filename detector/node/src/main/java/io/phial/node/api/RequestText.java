package io.phial.node.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Paths and queries of requests, decoded and bounded. */
final class RequestText {
  /** The ids of clients: printable ASCII without blanks. */
  static final int ID_CHARACTERS_MAX = 128;

  private RequestText() {}

  /** One segment of a path; a plus stays a plus. */
  static String segment(String encoded) {
    return decode("path", encoded.replace("+", "%2B"));
  }

  /** The id of a client from a segment of a path. */
  static String clientId(String encoded) {
    return checkId("id", segment(encoded));
  }

  static String checkId(String parameter, String id) {
    boolean isOk =
        !id.isEmpty()
            && id.length() <= ID_CHARACTERS_MAX
            && id.chars().allMatch(character -> character > ' ' && character < 127);
    if (!isOk) {
      throw RequestException.bad(
          parameter,
          "1 to " + ID_CHARACTERS_MAX + " printable ASCII characters without blanks",
          id.replaceAll("[^ -~]", "?"));
    }
    return id;
  }

  /**
   * The parameters of a query.
   *
   * @param query the text after the question mark, or null
   * @param known the names that this request takes; any other is refused, because a misspelt filter
   *     would silently answer another question
   */
  static Map<String, String> parameters(@Nullable String query, Set<String> known) {
    Map<String, String> found = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return found;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = decode("query", equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decode(name, part.substring(equals + 1));
      if (!known.contains(name)) {
        throw RequestException.bad(
            "parameter", known.isEmpty() ? "absent" : "one of " + String.join(", ", known), name);
      }
      if (found.putIfAbsent(name, value) != null) {
        throw RequestException.bad(name, "given once", "given again");
      }
    }
    return found;
  }

  static int integer(String name, @Nullable String text, int min, int max, int whenAbsent) {
    if (text == null) {
      return whenAbsent;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, with the bound.
    }
    throw RequestException.bad(name, min + " to " + max, text);
  }

  static boolean truth(String name, @Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw RequestException.bad(name, "true or false", text);
  }

  private static String decode(String name, String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RequestException.bad(name, "percent-encoded UTF-8", encoded);
    }
  }
}
