package io.phial.core.wire;

import static io.phial.core.wire.Usage.Mode.BACKGROUND;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a {@code HEARTBEAT} line: {@code <id> [interval=30s] [incarnation=7]
 * [payload=text] [can=ping,moved] [key=value …]}. Keys that are not known are for later versions
 * and skipped, and so are unknown words of {@code can}.
 *
 * @param id a valid client id, or empty: the connection stays anonymous
 * @param intervalMillis the declared interval, or 0 when none was
 * @param incarnation the declared incarnation, or 0 when none was
 * @param payload what the client says about itself, 1 to {@value #PAYLOAD_CHARACTERS_MAX} printable
 *     ASCII characters without blanks, or empty when it says nothing
 * @param canPing true when the client answers {@code PING} with {@code PONG}
 * @param canMove true when the client understands {@code MOVED}
 * @param usage its kind and how it is used
 */
public record BeatLine(
    String id,
    int intervalMillis,
    long incarnation,
    String payload,
    boolean canPing,
    boolean canMove,
    Usage usage) {
  /** Characters of a payload at most: {@value}. */
  public static final int PAYLOAD_CHARACTERS_MAX = 64;

  /** A line without a payload, of a client that understands no words of the node's own. */
  public BeatLine(String id, int intervalMillis, long incarnation) {
    this(id, intervalMillis, incarnation, "", false, false, Usage.NONE);
  }

  /** A line that says nothing about the client's usage. */
  public BeatLine(
      String id,
      int intervalMillis,
      long incarnation,
      String payload,
      boolean canPing,
      boolean canMove) {
    this(id, intervalMillis, incarnation, payload, canPing, canMove, Usage.NONE);
  }

  /** True for a text that can be a payload; the empty one says nothing. */
  public static boolean isPayload(String text) {
    return text.length() <= PAYLOAD_CHARACTERS_MAX
        && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Words in a line at most: {@value}. */
  public static final int WORDS_MAX = 16;

  /** The line as a client writes it, without its end. */
  public String encode() {
    StringBuilder line = new StringBuilder("HEARTBEAT");
    if (!id.isEmpty()) {
      line.append(' ').append(id);
    }
    if (intervalMillis > 0) {
      line.append(" interval=").append(intervalMillis).append("ms");
    }
    if (incarnation > 0) {
      line.append(" incarnation=").append(incarnation);
    }
    if (!payload.isEmpty()) {
      line.append(" payload=").append(payload);
    }
    if (canPing || canMove) {
      line.append(" can=").append(canPing ? "ping" : "").append(canPing && canMove ? "," : "");
      line.append(canMove ? "moved" : "");
    }
    if (!usage.profile().isEmpty()) {
      line.append(" profile=").append(usage.profile());
    }
    if (usage.mode() != Usage.Mode.UNSAID) {
      line.append(" mode=").append(usage.mode() == BACKGROUND ? "background" : "foreground");
    }
    if (usage.natLimitSeconds() != Usage.UNSAID) {
      line.append(" nat=").append(usage.natLimitSeconds()).append('s');
    }
    return line.toString();
  }

  /** Either the arguments, or what is wrong with them. */
  record Parsed(@Nullable BeatLine line, String error) {}

  private static final Pattern BLANKS = Pattern.compile(" +");
  private static final Parsed BAD_INTERVAL =
      bad("interval must be 10ms to 24h, as in 500ms, 30s, 5m or 1h");

  /** Reads what follows the word {@code HEARTBEAT}; blanks around it must be gone. */
  static Parsed parse(String arguments) {
    String[] words = BLANKS.split(arguments, WORDS_MAX + 1);
    if (words.length > WORDS_MAX) {
      return bad("a line must have at most " + WORDS_MAX + " words");
    }
    String id = "";
    long intervalMillis = 0;
    long incarnation = 0;
    String payload = "";
    List<String> can = List.of();
    Usage usage = Usage.NONE;
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      int equals = word.indexOf('=');
      if (equals < 0) {
        if (i > 0 || !ClientIds.isValid(word)) {
          return bad("id must be one word of 1 to 128 printable characters, first, not tcp:");
        }
        id = word;
      } else if (word.startsWith("interval=")) {
        intervalMillis = millis(word.substring(equals + 1));
        if (intervalMillis <= 0 || !ClientIds.isInterval(intervalMillis)) {
          return BAD_INTERVAL;
        }
      } else if (word.startsWith("incarnation=")) {
        incarnation = digits(word.substring(equals + 1), 18);
        if (incarnation < 0) {
          return bad("incarnation must be 0 to 999999999999999999");
        }
      } else if (word.startsWith("payload=")) {
        payload = word.substring(equals + 1);
        if (payload.isEmpty() || !isPayload(payload)) {
          return bad("payload must be 1 to " + PAYLOAD_CHARACTERS_MAX + " printable characters");
        }
      } else if (word.startsWith("can=")) {
        can = List.of(word.substring(equals + 1).split(",", -1));
      } else if (UsageText.isKey(word.substring(0, equals))) {
        String value = word.substring(equals + 1);
        Usage said = UsageText.parse(word.substring(0, equals), value);
        if (said == null) {
          return bad(UsageText.bound(word.substring(0, equals)));
        }
        usage = said.after(usage);
      } else if (equals == 0) {
        return bad("a key must not be empty");
      }
    }
    BeatLine line =
        new BeatLine(
            id,
            (int) intervalMillis,
            incarnation,
            payload,
            can.contains("ping"),
            can.contains("moved"),
            usage);
    return new Parsed(line, "");
  }

  private static Parsed bad(String error) {
    return new Parsed(null, error);
  }

  /** Digits and one of ms, s, m, h in milliseconds, or a negative number. */
  static long millis(String text) {
    int unitFrom = 0;
    while (unitFrom < text.length() && isDigit(text.charAt(unitFrom))) {
      unitFrom++;
    }
    long count = digits(text.substring(0, unitFrom), 9);
    return switch (text.substring(unitFrom)) {
      case "ms" -> count;
      case "s" -> count * 1_000;
      case "m" -> count * 60_000;
      case "h" -> count * 3_600_000;
      default -> -1;
    };
  }

  /** A decimal number of 1 to {@code digitsMax} digits, or -1. */
  private static long digits(String text, int digitsMax) {
    if (text.isEmpty() || text.length() > digitsMax) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
