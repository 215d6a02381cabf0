package io.phial.chaos.input;

import static io.phial.chaos.input.Malformed.ascii;

import io.phial.chaos.input.MalformedStream.Ending;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Malformed input for the port on which nodes talk to each other, as datagrams and as connections.
 * It is made from well-formed frames, so that the deeper checks are reached too.
 */
public final class GossipInput {
  private static final int FRAME_BYTES_MAX = 1_400;

  private GossipInput() {}

  /**
   * Datagrams that are no frames.
   *
   * @param frames well-formed frames; each is cut, damaged or prolonged before it is used
   */
  public static List<byte[]> datagrams(Malformed source, List<byte[]> frames, int count) {
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] frame = frames.get(source.below(frames.size()));
      datagrams.add(
          switch (i % 6) {
            case 0 -> source.random(FRAME_BYTES_MAX);
            case 1 -> source.truncated(frame);
            case 2 -> source.flipped(frame, frame.length);
            case 3 -> source.extended(frame, 100);
            case 4 -> i % 60 == 4 ? source.randomExactly(60_000) : source.random(8);
            default -> new byte[0];
          });
    }
    return datagrams;
  }

  /** Connections that carry no frame: nothing, garbage, or a length that lies. */
  public static List<MalformedStream> streams(Malformed source, List<byte[]> frames, int count) {
    List<MalformedStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] frame = frames.get(source.below(frames.size()));
      Ending ending = source.oneOf(Ending.values());
      streams.add(
          switch (i % 8) {
            case 0 -> MalformedStream.of("random bytes", ending, source.random(4_096));
            case 1 -> MalformedStream.of("silence", ending);
            case 2 -> MalformedStream.of("part of a length", ending, source.random(3));
            case 3 ->
                MalformedStream.of(
                    "length that lies", ending, length(source.below(Integer.MAX_VALUE)), frame);
            case 4 ->
                MalformedStream.of("negative length", ending, length(-1 - source.below(1_000)));
            case 5 ->
                MalformedStream.of(
                    "part of a frame", ending, length(frame.length), source.truncated(frame));
            case 6 ->
                MalformedStream.of(
                    "damaged frame",
                    ending,
                    length(frame.length),
                    source.flipped(frame, frame.length));
            default ->
                MalformedStream.of("another protocol", ending, ascii("GET / HTTP/1.1\r\n\r\n"));
          });
    }
    return streams;
  }

  private static byte[] length(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }
}
