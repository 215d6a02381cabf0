package io.phial.chaos.input;

import static io.phial.chaos.input.Malformed.ascii;

import io.phial.chaos.input.MalformedStream.Ending;
import java.util.ArrayList;
import java.util.List;

/** Malformed input for the ports of clients. The formats are in {@code docs/protocol.md}. */
public final class ClientInput {
  /** Larger than any datagram that loopback carries whole would be refused by the kernel. */
  private static final int DATAGRAM_BYTES_MAX = 60_000;

  private static final int BEAT_BYTES = 10;
  private static final int OVERSIZED_LINE_BYTES = 1 << 20;

  private ClientInput() {}

  /** Datagrams that are not beats: none is authentic, and no hello carries a good cookie. */
  public static List<byte[]> datagrams(Malformed source, int count) {
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      datagrams.add(
          switch (i % 7) {
            case 0 -> source.random(1_400);
            case 1 -> source.random(BEAT_BYTES - 1);
            case 2 -> source.randomExactly(BEAT_BYTES);
            case 3 -> source.truncated(hello(source));
            case 4 -> source.flipped(hello(source), 64);
            case 5 -> source.extended(hello(source), 400);
            default -> i % 70 == 6 ? source.randomExactly(DATAGRAM_BYTES_MAX) : new byte[0];
          });
    }
    return datagrams;
  }

  /** A well-formed hello of a client that is never heard of again, with a made-up cookie. */
  private static byte[] hello(Malformed source) {
    byte[] hello = new byte[64];
    byte[] head = {0, 0, 0, 0, 'P', 'H', 1, 1};
    System.arraycopy(head, 0, hello, 0, head.length);
    System.arraycopy(source.randomExactly(16), 0, hello, 8, 16);
    hello[34] = 3;
    hello[35] = (byte) 0xe8;
    hello[36] = 8;
    System.arraycopy(ascii("stranger"), 0, hello, 37, 8);
    return hello;
  }

  /** Connections on which no complete heartbeat is ever said. */
  public static List<MalformedStream> streams(Malformed source, int count) {
    byte[] line = ascii("HEARTBEAT stranger interval=1s incarnation=7\n");
    List<MalformedStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Ending ending = source.oneOf(Ending.values());
      streams.add(
          switch (i % 9) {
            case 0 -> MalformedStream.of("random bytes", ending, source.random(4_096));
            case 1 -> MalformedStream.of("silence", ending);
            case 2 -> MalformedStream.of("part of the word", ending, source.truncated(word()));
            case 3 -> MalformedStream.of("word with wrong bits", ending, source.flipped(line, 9));
            case 4 ->
                MalformedStream.of("line without an end", ending, cutBehindWord(source, line));
            case 5 ->
                MalformedStream.of("bad arguments", ending, ascii(badArguments(source) + "\n"));
            case 6 ->
                i % 18 == 6
                    ? MalformedStream.of(
                        "oversized line", ending, source.endlessLine(OVERSIZED_LINE_BYTES))
                    : MalformedStream.of("line of 513", ending, source.endlessLine(513));
            case 7 -> MalformedStream.of("many lines", ending, ascii("no such word\n".repeat(200)));
            default ->
                MalformedStream.of("another protocol", ending, ascii("GET / HTTP/1.1\r\n\r\n"));
          });
    }
    return streams;
  }

  private static byte[] word() {
    return ascii("HEARTBEAT");
  }

  /** The nine letters alone would be a valid beat, so the cut comes behind the blank. */
  private static byte[] cutBehindWord(Malformed source, byte[] line) {
    int length = 11 + source.below(line.length - 12);
    return java.util.Arrays.copyOf(line, length);
  }

  private static String badArguments(Malformed source) {
    return "HEARTBEAT "
        + source.oneOf(
            "a".repeat(129),
            "tcp:1.2.3.4:5",
            "stranger interval=0s",
            "stranger interval=99999999999999999999s",
            "stranger interval=-1s",
            "stranger incarnation=-1",
            "stranger incarnation=99999999999999999999",
            "stranger =x",
            "stranger two",
            "\u0000\u0001\u00ff",
            "a b c d e f g h i j k l m n o p q r s");
  }
}
