package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LineParserTest {
  /** Answers as a node does, and notes the calls. */
  private static final class Recorder implements LineSink {
    final StringBuilder answers = new StringBuilder();
    final List<String> calls = new ArrayList<>();

    @Override
    public void onBeat() {
      calls.add("beat");
      answers.append("ACK");
    }

    @Override
    public void onLineEnd() {
      calls.add("end");
      answers.append('\n');
    }

    @Override
    public void onBeatLine(BeatLine line, boolean acked) {
      calls.add(line.encode());
      answers.append(acked ? "\n" : "ACK\n");
    }

    @Override
    public void onShortBeat() {
      calls.add("short");
      answers.append('.');
    }

    @Override
    public void onPong() {
      calls.add("pong");
    }

    @Override
    public void onPing() {
      calls.add("ping");
      answers.append("PONG\n");
    }

    @Override
    public void onGoodbye() {
      calls.add("bye");
    }

    @Override
    public void onGone(String how) {
      calls.add("gone " + how);
    }

    @Override
    public void onError(String reason, boolean oversized) {
      calls.add(oversized ? "oversized" : "error");
      answers.append("ERR ").append(reason).append('\n');
    }
  }

  @Test
  void shouldEndWithTheWordOfWhoWatched() {
    Recorder recorder = new Recorder();
    LineParser parser = new LineParser(8);
    byte[] bytes =
        "HEARTBEAT a payload=ok\nGONE process 7 exited\nHEARTBEAT\n"
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(parser.accept(bytes, 0, bytes.length, recorder)).isFalse();
    assertThat(recorder.calls).containsExactly("HEARTBEAT a payload=ok", "gone process 7 exited");
  }

  @Test
  void shouldRefuseALongOrUnprintableGone() {
    Recorder recorder = new Recorder();
    LineParser parser = new LineParser(8);
    byte[] bytes =
        ("GONE " + "x".repeat(101) + "\nGONE \u0001\nGONER\nHEARTBEAT a payload=\n")
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(parser.accept(bytes, 0, bytes.length, recorder)).isTrue();
    assertThat(recorder.calls).containsExactly("error", "error", "error", "error");
  }

  @Test
  void shouldAnswerTheSeedProgram() {
    assertThat(answers("HEARTBEAT", "HEARTBEAT", "HEARTBEAT")).isEqualTo("ACKACKACK");
    assertThat(answers("HEARTBEATHEARTBEAT")).isEqualTo("ACKACK");
    assertThat(answers("HEAR", "TBEATHEARTBE", "AT")).isEqualTo("ACKACK");
  }

  @Test
  void shouldAnswerLinesWithLines() {
    assertThat(answers("HEARTBEAT\n")).isEqualTo("ACK\n");
    assertThat(answers("HEARTBEAT\r\n")).isEqualTo("ACK\n");
    assertThat(answers("HEARTBEAT", "\r", "\nHEARTBEAT\n")).isEqualTo("ACK\nACK\n");
    assertThat(answers("PING\r\nPING\n\r\n\n")).isEqualTo("PONG\nPONG\n");
    assertThat(answers("HEARTBEAT\nHEARTBEAT")).isEqualTo("ACK\nACK");
    assertThat(answers("HEARTBEAT  \n")).isEqualTo("ACK\n");
  }

  @Test
  void shouldTakeOneByteBeatsOfThoseWhoHaveBeaten() {
    assertThat(answers("HEARTBEAT a\n", ".", "..", ".\n")).isEqualTo("ACK\n....");
    assertThat(answers("HEARTBEAT.", ".")).isEqualTo("ACK..");
    assertThat(answers("HEARTBEAT", ".HEARTBEAT\n.")).isEqualTo("ACK.ACK\n.");
    assertThat(answers(".\n")).startsWith("ERR expected");
    assertThat(answers("PING\n.\n")).startsWith("PONG\nERR expected");
    assertThat(answers("HEARTBEAT a\nx.\n")).startsWith("ACK\nERR expected");
  }

  @Test
  void shouldTakePongOfThoseWhoHaveBeaten() {
    Recorder recorder = new Recorder();
    feed(recorder, "PONG\nHEARTBEAT a interval=1s can=ping,dance,moved\nPONG\r\nPONGS\n");
    assertThat(recorder.calls)
        .containsExactly("error", "HEARTBEAT a interval=1000ms can=ping,moved", "pong", "error");
  }

  @Test
  void shouldReadNamesAndArguments() {
    Recorder named = new Recorder();
    feed(named, "HEARTBEAT a.b interval=30s incarnation=7 color=red\n");
    feed(named, "HEARTBEAT interval=500ms\n");
    feed(named, "HEARTBEAT  x   interval=5m \r\n");

    assertThat(named.calls)
        .containsExactly(
            "HEARTBEAT a.b interval=30000ms incarnation=7",
            "HEARTBEAT interval=500ms",
            "HEARTBEAT x interval=300000ms");
  }

  @Test
  void shouldFinishALineWhoseFirstWordCameAlone() {
    Recorder recorder = new Recorder();
    feed(recorder, "HEARTBEAT", " a interval=1h\n");

    assertThat(recorder.answers.toString()).isEqualTo("ACK\n");
    assertThat(recorder.calls).containsExactly("beat", "HEARTBEAT a interval=3600000ms");
  }

  @Test
  void shouldRefuseNonsense() {
    for (String line :
        List.of(
            "HELLO",
            "heartbeat",
            " HEARTBEAT",
            "HEARTBEAT tcp:1.2.3.4:5",
            "HEARTBEAT a b",
            "HEARTBEAT a interval=30",
            "HEARTBEAT a interval=-1s",
            "HEARTBEAT a interval=0s",
            "HEARTBEAT a interval=25h",
            "HEARTBEAT a interval=999999999999s",
            "HEARTBEAT a incarnation=-1",
            "HEARTBEAT a incarnation=9999999999999999999",
            "HEARTBEAT a =1",
            "HEARTBEAT \u00e4",
            "HEARTBEAT a\tb",
            "HEARTBEAT" + " k=v".repeat(17),
            "PING PONG")) {
      Recorder recorder = new Recorder();
      feed(recorder, line + "\n");
      assertThat(recorder.calls).as(line).containsExactly("error");
    }
  }

  @Test
  void shouldTakeABeatThatAnythingFollows() {
    assertThat(answers("HEARTBEATXYZ\n"))
        .isEqualTo("ACKERR expected HEARTBEAT, PING, BYE or GONE\n");
  }

  @Test
  void shouldBoundLinesAndErrors() {
    Recorder recorder = new Recorder();
    LineParser parser = new LineParser(3);
    byte[] noise = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);
    boolean goesOn = true;
    int chunks = 0;
    while (goesOn) {
      goesOn = parser.accept(noise, 0, noise.length, recorder);
      chunks++;
    }

    assertThat(recorder.calls).containsExactly("oversized", "oversized", "oversized");
    assertThat(chunks).isEqualTo(16);
    assertThat(parser.accept(noise, 0, noise.length, recorder)).isFalse();
  }

  @Test
  void shouldRecoverAfterAnOversizedLine() {
    assertThat(answers("x".repeat(600) + "\nHEARTBEAT\n"))
        .isEqualTo("ERR a line must be at most 512 bytes\nACK\n");
  }

  @Test
  void shouldReadNothingAfterAGoodbye() {
    Recorder recorder = new Recorder();
    assertThat(feed(recorder, "HEARTBEAT a\nBYE\nHEARTBEAT\n")).isFalse();
    assertThat(recorder.calls).containsExactly("HEARTBEAT a", "bye");
  }

  @Property(tries = 500, seed = "37")
  void shouldAnswerAlikeHoweverAValidStreamIsCut(
      @ForAll("messages") List<String> messages, @ForAll long seed) {
    byte[] stream = String.join("", messages).getBytes(StandardCharsets.ISO_8859_1);
    Recorder whole = new Recorder();
    new LineParser(1_000).accept(stream, 0, stream.length, whole);
    Recorder cut = new Recorder();
    feedRandomly(new LineParser(1_000), cut, stream, seed);

    assertThat(cut.answers.toString()).isEqualTo(whole.answers.toString());
    List<String> calls = new ArrayList<>(cut.calls);
    // The one allowance: a bare beat ahead of the line that its word turns out to begin.
    for (int i = calls.size() - 2; i >= 0; i--) {
      if (calls.get(i).equals("beat") && calls.get(i + 1).startsWith("HEARTBEAT ")) {
        calls.remove(i);
      }
    }
    List<String> expected = new ArrayList<>(whole.calls);
    for (int i = expected.size() - 2; i >= 0; i--) {
      if (expected.get(i).equals("beat") && expected.get(i + 1).startsWith("HEARTBEAT ")) {
        expected.remove(i);
      }
    }
    assertThat(calls).isEqualTo(expected);
  }

  @Provide
  Arbitrary<List<String>> messages() {
    return message().list().ofMaxSize(30);
  }

  private static Arbitrary<String> message() {
    return Arbitraries.of(
        "HEARTBEAT",
        "HEARTBEAT\n",
        "HEARTBEAT\r\n",
        "HEARTBEAT a\n",
        "HEARTBEAT b interval=1s x=y\r\n",
        "HEARTBEAT \n",
        "HEARTBEAT c can=ping,moved\n",
        ".",
        "PONG\n",
        "PING\n",
        "\n",
        "\r\n");
  }

  @Property(tries = 500, seed = "41")
  void shouldNeverThrowAndStayBounded(@ForAll("noise") List<String> pieces, @ForAll long seed) {
    byte[] stream = String.join("", pieces).getBytes(StandardCharsets.ISO_8859_1);
    Recorder recorder = new Recorder();
    feedRandomly(new LineParser(5), recorder, stream, seed);

    long errors =
        recorder.calls.stream().filter(c -> c.equals("error") || c.equals("oversized")).count();
    assertThat(errors).isLessThanOrEqualTo(5);
    assertThat(recorder.answers.length()).isLessThanOrEqualTo(stream.length + 5 * 100);
  }

  @Provide
  Arbitrary<List<String>> noise() {
    return Arbitraries.oneOf(
            message(),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40),
            Arbitraries.of("BYE\n", "x".repeat(700), "HEARTBEAT =\n", "HEART", "\r"))
        .list()
        .ofMaxSize(60);
  }

  private static void feedRandomly(LineParser parser, LineSink sink, byte[] stream, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int from = 0;
    boolean goesOn = true;
    while (from < stream.length && goesOn) {
      int length = Math.min(stream.length - from, 1 + random.nextInt(random.nextInt(1, 40)));
      goesOn = parser.accept(stream, from, length, sink);
      from += length;
    }
  }

  private static String answers(String... chunks) {
    Recorder recorder = new Recorder();
    feed(recorder, chunks);
    return recorder.answers.toString();
  }

  private static boolean feed(Recorder recorder, String... chunks) {
    LineParser parser = new LineParser(8);
    boolean goesOn = true;
    for (String chunk : chunks) {
      byte[] bytes = chunk.getBytes(StandardCharsets.ISO_8859_1);
      goesOn = parser.accept(bytes, 0, bytes.length, recorder);
    }
    return goesOn;
  }
}
