package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.Usage;
import io.phial.core.wire.UsageText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients declare in the text of a URL. */
public final class BeatText {
  private static final int PARAMETERS_MAX = 8;

  private BeatText() {}

  /** Something that a client wrote and that has no meaning; the message is for the client. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** A sentence for the client. */
    public Unreadable(String message) {
      // No stack trace: bad input is normal and may be much.
      super(message, null, false, false);
    }
  }

  /**
   * The parameters of a query.
   *
   * @param known the names that may be given
   */
  public static Map<String, String> parameters(@Nullable String query, java.util.Set<String> known)
      throws Unreadable {
    Map<String, String> found = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return found;
    }
    String[] parts = query.split("&", PARAMETERS_MAX + 1);
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (!known.contains(name) || parts.length > PARAMETERS_MAX) {
        throw new Unreadable("parameter must be one of " + String.join(", ", known));
      }
      if (found.putIfAbsent(name, decoded(equals < 0 ? "" : part.substring(equals + 1))) != null) {
        throw new Unreadable(name + " must be given once");
      }
    }
    return found;
  }

  /** A percent-encoded id. */
  public static String id(String encoded) throws Unreadable {
    String id = decoded(encoded.replace("+", "%2B"));
    if (!ClientIds.isValid(id)) {
      throw new Unreadable(
          "id must be 1 to "
              + ClientIds.LENGTH_MAX
              + " printable ASCII characters without blanks, not beginning with "
              + ClientIds.ANONYMOUS_PREFIX);
    }
    return id;
  }

  /**
   * What a client declares by the parameters {@code interval} and {@code incarnation}.
   *
   * @param id already checked
   */
  public static ClientSpec spec(String id, Transport transport, Map<String, String> parameters)
      throws Unreadable {
    return new ClientSpec(
        id,
        0,
        incarnation(parameters.get("incarnation")),
        transport,
        intervalMillis(parameters.get("interval")) * 1_000_000L,
        false);
  }

  /** What a client says of its usage by the parameters {@code profile}, mode and nat. */
  public static Usage usage(Map<String, String> parameters) throws Unreadable {
    Usage usage = Usage.NONE;
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      if (UsageText.isKey(entry.getKey())) {
        Usage said = UsageText.parse(entry.getKey(), entry.getValue());
        if (said == null) {
          throw new Unreadable(UsageText.bound(entry.getKey()));
        }
        usage = said.after(usage);
      }
    }
    return usage;
  }

  /** An interval of digits and one of ms, s, m, h; 0 when not given. */
  public static long intervalMillis(@Nullable String text) throws Unreadable {
    if (text == null) {
      return 0;
    }
    int digits = 0;
    while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
      digits++;
    }
    long unit =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 0;
        };
    if (unit > 0 && digits > 0 && digits <= 9) {
      long millis = Long.parseLong(text.substring(0, digits)) * unit;
      if (millis > 0 && ClientIds.isInterval(millis)) {
        return millis;
      }
    }
    throw new Unreadable("interval must be 10ms to 24h (digits and ms, s, m or h)");
  }

  private static long incarnation(@Nullable String text) throws Unreadable {
    if (text == null) {
      return 0;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new Unreadable("incarnation must be 1 to 18 digits");
    }
    return Long.parseLong(text);
  }

  private static String decoded(String encoded) throws Unreadable {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Unreadable("text must be percent-encoded UTF-8");
    }
  }
}
