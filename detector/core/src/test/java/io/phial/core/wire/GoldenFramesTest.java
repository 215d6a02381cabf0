package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every frame of every version, to the byte. A file here never changes once a release wrote that
 * version: a later version gets files of its own, and must still read these. For a new type of
 * frame add one to {@link #frames} at the end; the failure then shows the line that is missing.
 */
final class GoldenFramesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String CLUSTER = "golden";

  private static FrameCodec plain() {
    return new FrameCodec(CLUSTER);
  }

  private static FrameCodec sealed() {
    byte[] key = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
    KeyRing ring = KeyRing.of(7, key);
    return new FrameCodec(
        CLUSTER, new AesGcmSeal(CLUSTER, ring, () -> 0x0102030405060708L, new ReplayGuard()));
  }

  @Test
  void shouldReadAndWriteEveryPlainFrameOfVersion1() throws Exception {
    assertGolden("plain-1", plain(), plain());
  }

  @Test
  void shouldReadAndWriteEverySealedFrameOfVersion1() throws Exception {
    assertGolden("sealed-1", sealed(), sealed());
  }

  @Test
  void shouldIgnoreNewerVersionsPolitely() throws Exception {
    Map<String, byte[]> newer = read("newer");
    assertThat(newer).hasSize(4);
    for (Map.Entry<String, byte[]> frame : newer.entrySet()) {
      FrameCodec codec = frame.getKey().startsWith("plain") ? plain() : sealed();
      try {
        throw new AssertionError(codec.decode(ByteBuffer.wrap(frame.getValue())));
      } catch (MalformedFrameException e) {
        assertThat(e.kind()).as(frame.getKey()).isEqualTo(Kind.UNKNOWN);
      }
    }
  }

  @Test
  void shouldHoldEveryTypeOfFrame() {
    Set<String> types = new TreeSet<>();
    frames().values().forEach(frame -> types.add(frame.getClass().getSimpleName()));
    assertThat(types).isEqualTo(leaves(Frame.class));
  }

  private static Set<String> leaves(Class<?> type) {
    if (!type.isSealed()) {
      return Set.of(type.getSimpleName());
    }
    Set<String> all = new TreeSet<>();
    for (Class<?> each : type.getPermittedSubclasses()) {
      all.addAll(leaves(each));
    }
    return all;
  }

  private static void assertGolden(String file, FrameCodec writer, FrameCodec reader)
      throws IOException, MalformedFrameException {
    Map<String, byte[]> golden = read(file);
    Map<String, Frame> frames = frames();
    StringBuilder written = new StringBuilder();
    for (Map.Entry<String, Frame> frame : frames.entrySet()) {
      ByteBuffer out = ByteBuffer.allocate(FrameCodec.DATAGRAM_BYTES_MAX);
      byte[] bytes = Arrays.copyOf(out.array(), writer.encode(frame.getValue(), out));
      written.append(frame.getKey()).append(' ').append(HEX.formatHex(bytes)).append('\n');
    }
    StringBuilder expected = new StringBuilder();
    golden.forEach(
        (name, bytes) ->
            expected.append(name).append(' ').append(HEX.formatHex(bytes)).append('\n'));
    assertThat(written).hasToString(expected.toString());
    for (Map.Entry<String, byte[]> frame : golden.entrySet()) {
      assertThat(reader.decode(ByteBuffer.wrap(frame.getValue())))
          .as(frame.getKey())
          .isEqualTo(frames.get(frame.getKey()));
    }
  }

  /** Lines of a name and hexadecimal digits; what follows a # is for people. */
  private static Map<String, byte[]> read(String file) throws IOException {
    Map<String, byte[]> frames = new LinkedHashMap<>();
    try (InputStream in = GoldenFramesTest.class.getResourceAsStream("frames-" + file + ".hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(" ", -1);
          frames.put(parts[0], HEX.parseHex(parts[1]));
        }
      }
    }
    return frames;
  }

  private static Map<String, Frame> frames() {
    Frame.Speaker by = new Frame.Speaker("n1", 1_790_000_000L, 1_790_000_001L);
    Endpoint gossip = new Endpoint("10.0.0.1", 7946);
    Endpoint clients = new Endpoint("10.0.0.1", 7070);
    Endpoint http = new Endpoint("fd00::1", 8080);
    NodeInfo node = new NodeInfo("n1", "zone-a", gossip, clients, clients, http, 100);
    NodeState alive =
        new NodeState(node, by.birth(), by.incarnation(), Standing.ALIVE, EvidenceKind.SILENCE);
    NodeState dead =
        new NodeState(
            new NodeInfo("n2", "", gossip, gossip, gossip, gossip, 1),
            5,
            6,
            Standing.DEAD,
            EvidenceKind.REFUSED);
    List<Rumour> rumours =
        List.of(
            new Rumour.Alive(node, by.birth(), by.incarnation()),
            new Rumour.Verdict("n2", 6, Standing.DEAD, 5.25, 3, EvidenceKind.SILENCE, 4_096),
            new Rumour.Accusation("n3", 9, "n4", EvidenceKind.SILENCE, 2.5, 70, 900),
            new Rumour.Vouch("n3", 9, "n5", 71),
            new Rumour.ProbeRequest("n3", 9, "n4"));
    Map<String, Frame> frames = new LinkedHashMap<>();
    frames.put("beat", new Frame.Beat(by, 1, 400_000_000, -1, 0, 0, List.of()));
    frames.put(
        "beat-with-echo", new Frame.Beat(by, 10_000, 400_000_000, 9_999, 123_000, 2, List.of()));
    frames.put("beat-with-rumours", new Frame.Beat(by, 300, 500_000_000, 299, 1_000, 0, rumours));
    frames.put("echo", new Frame.Echo(by, 9_999, 7_000, 1, List.of()));
    frames.put("gossip", new Frame.Gossip(by, 0, rumours));
    frames.put("join", new Frame.Join(by, node));
    frames.put("join-reply", new Frame.JoinReply(by, List.of(alive, dead)));
    frames.put("sync", new Frame.Sync(by, true, List.of(alive, dead)));
    frames.put("sync-answer", new Frame.Sync(by, false, List.of(alive)));
    frames.put("leave", new Frame.Leave(by));
    frames.put(
        "forwarded-beats",
        new ForwardedBeats(
            "n1", new int[] {0x12345678, -2}, new char[] {7, 65535}, new boolean[] {false, true}));
    frames.put("unknown-sessions", new UnknownSessions("n1", new int[] {0x12345678}));
    frames.put("keep-alive", new UnknownSessions("n1", new int[0]));
    frames.put("call", new Frame.Call(by, false));
    frames.put("call-answer", new Frame.Call(by, true));
    frames.put("digest", new Frame.Digest(by, 0x0102030405060708L));
    int life = Frame.ShortBeat.life(by);
    frames.put("short-beat", new Frame.ShortBeat(life, 65_535, -1, 0, 2, true, List.of()));
    frames.put(
        "short-beat-with-echo",
        new Frame.ShortBeat(life, 300, 255, 64_000 * 1_000L, 0, false, List.of()));
    frames.put(
        "short-beat-with-rumours", new Frame.ShortBeat(life, 301, 0, 64_000, 0, false, rumours));
    frames.put(
        "gossip-frail",
        new Frame.Gossip(
            by,
            0,
            List.of(
                new Rumour.Frail("n3", 9, "n4", 300, 0, 80),
                new Rumour.Frail("n3", 9, "n5", 410, 3, 0))));
    frames.put("forwarded-word", new ForwardedWord("n1", 0x12345678, (char) 7, new byte[] {1, 2}));
    return frames;
  }
}
