package io.phial.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the plain TCP protocol from a stream of bytes, however it was cut into chunks. Holds at
 * most {@value #LINE_BYTES_MAX} bytes; never throws for what the bytes are. Not thread-safe.
 *
 * <p>A plain program sends the nine bytes {@code HEARTBEAT} and no line end, so they count as a
 * whole message when anything but a blank follows, and also when a chunk ends right after them: the
 * sender waits for its answer. If a line end follows later, it only completes the answer. If a
 * blank follows, the message goes on as a line with arguments that has been answered in part. So
 * what is answered to a valid stream does not depend on its chunks; only the calls do, by one
 * {@link LineSink#onBeat} that precedes its {@link LineSink#onBeatLine}.
 *
 * <p>A point at the beginning of a message is a whole beat of its own, once the stream has beaten.
 */
public final class LineParser {
  /** Longest line without its end: {@value}. */
  public static final int LINE_BYTES_MAX = 512;

  /** How a program's end was seen is told in at most {@value} characters. */
  public static final int GONE_CHARACTERS_MAX = 100;

  private static final byte[] BEAT = "HEARTBEAT".getBytes(StandardCharsets.US_ASCII);

  /** The one-byte beat of a client that has beaten before. */
  private static final byte SHORT_BEAT = '.';

  private final int errorsMax;
  // Grows with the line; most connections never need more than one beat.
  private byte[] line = new byte[16];
  private int length;
  private boolean acked;
  private boolean lineEndOwed;
  private boolean discarding;
  private int discarded;
  private int errors;
  private boolean greeted;
  private boolean ended;

  /**
   * Creates a parser at the start of a stream.
   *
   * @param errorsMax the stream ends with this error, at least 1
   */
  public LineParser(int errorsMax) {
    if (errorsMax < 1) {
      throw new IllegalArgumentException("errorsMax must be 1 or more, was " + errorsMax);
    }
    this.errorsMax = errorsMax;
  }

  /**
   * Reads a chunk.
   *
   * @return false when nothing more is read from this stream: after a goodbye, GONE, or too many
   *     errors
   */
  public boolean accept(byte[] chunk, int from, int chunkLength, LineSink sink) {
    for (int i = from; i < from + chunkLength && !ended; i++) {
      take(chunk[i], sink);
    }
    if (!ended && !acked && isBeat()) {
      acked = true;
      greeted = true;
      sink.onBeat();
    }
    return !ended;
  }

  private void take(byte b, LineSink sink) {
    if (discarding) {
      discard(b, sink);
    } else if (b == '\n') {
      endLine(sink);
    } else if (isBeat() && b != ' ') {
      endBeat(sink);
      if (b == '\r') {
        lineEndOwed = true;
      } else {
        take(b, sink);
      }
    } else if (b == SHORT_BEAT && length == 0 && greeted) {
      lineEndOwed = false;
      sink.onShortBeat();
    } else {
      append(b, sink);
    }
  }

  /** Beyond the limit nothing is kept, and every further limit's worth is another error. */
  private void discard(byte b, LineSink sink) {
    if (b == '\n') {
      discarding = false;
    } else if (++discarded % LINE_BYTES_MAX == 0) {
      fail("the line goes on", true, sink);
    }
  }

  private void append(byte b, LineSink sink) {
    lineEndOwed = false;
    if (length == LINE_BYTES_MAX) {
      startMessage();
      discarding = true;
      discarded = 0;
      fail("a line must be at most " + LINE_BYTES_MAX + " bytes", true, sink);
      return;
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, Math.min(2 * length, LINE_BYTES_MAX));
    }
    line[length++] = b;
  }

  private void endBeat(LineSink sink) {
    greeted = true;
    if (!acked) {
      sink.onBeat();
    }
    startMessage();
  }

  private void endLine(LineSink sink) {
    if (lineEndOwed || isBeat()) {
      if (!lineEndOwed) {
        endBeat(sink);
      }
      lineEndOwed = false;
      sink.onLineEnd();
      return;
    }
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    String text = new String(line, 0, end, StandardCharsets.ISO_8859_1);
    boolean wasAcked = acked;
    startMessage();
    if (text.startsWith("HEARTBEAT ")) {
      beatLine(withoutBlanks(text), wasAcked, sink);
    } else if (text.equals("PING")) {
      sink.onPing();
    } else if (text.equals("PONG") && greeted) {
      sink.onPong();
    } else if (text.equals("BYE")) {
      ended = true;
      sink.onGoodbye();
    } else if (text.equals("GONE") || text.startsWith("GONE ")) {
      gone(text, sink);
    } else if (!text.isEmpty()) {
      fail("expected HEARTBEAT, PING, BYE or GONE", false, sink);
    }
  }

  private void beatLine(String arguments, boolean wasAcked, LineSink sink) {
    if (arguments.isEmpty()) {
      greeted = true;
      if (!wasAcked) {
        sink.onBeat();
      }
      sink.onLineEnd();
      return;
    }
    BeatLine.Parsed parsed = BeatLine.parse(arguments);
    if (parsed.line() != null) {
      greeted = true;
      sink.onBeatLine(parsed.line(), wasAcked);
    } else {
      fail(parsed.error(), false, sink);
    }
  }

  private void gone(String text, LineSink sink) {
    String how = text.substring("GONE".length()).strip();
    if (how.length() > GONE_CHARACTERS_MAX || !how.chars().allMatch(c -> c >= ' ' && c < 127)) {
      fail("GONE must be followed by at most " + GONE_CHARACTERS_MAX + " characters", false, sink);
    } else {
      ended = true;
      sink.onGone(how);
    }
  }

  private static String withoutBlanks(String text) {
    int from = BEAT.length;
    int to = text.length();
    while (from < to && text.charAt(from) == ' ') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == ' ') {
      to--;
    }
    return text.substring(from, to);
  }

  private void fail(String reason, boolean oversized, LineSink sink) {
    ended = ++errors >= errorsMax;
    sink.onError(reason, oversized);
  }

  private void startMessage() {
    length = 0;
    acked = false;
  }

  private boolean isBeat() {
    return length == BEAT.length && Arrays.equals(line, 0, length, BEAT, 0, length);
  }
}
