package io.phial.chaos.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MalformedTest {
  @Property
  void shouldRepeatItselfFromItsSeed(@ForAll long seed) {
    Malformed one = new Malformed(seed).split();
    Malformed two = new Malformed(seed).split();
    assertThat(one.random(100)).isEqualTo(two.random(100));
    assertThat(one.endlessLine(50)).isEqualTo(two.endlessLine(50));
    assertThat(one.below(1000)).isEqualTo(two.below(1000));
    assertThat(one.seed()).isEqualTo(seed);
  }

  @Property
  void shouldTruncateToAProperPrefix(
      @ForAll long seed, @ForAll @Size(min = 2, max = 100) byte[] valid) {
    byte[] cut = new Malformed(seed).truncated(valid);
    assertThat(cut).hasSizeBetween(1, valid.length - 1);
    assertThat(valid).startsWith(cut);
  }

  @Property
  void shouldAlwaysFlipSomethingWithinReach(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 100) byte[] valid,
      @ForAll @IntRange(min = 1, max = 100) int reach) {
    int within = Math.min(reach, valid.length);
    byte[] flipped = new Malformed(seed).flipped(valid, within);
    assertThat(flipped).hasSameSizeAs(valid).isNotEqualTo(valid);
    assertThat(Arrays.copyOfRange(flipped, within, valid.length))
        .isEqualTo(Arrays.copyOfRange(valid, within, valid.length));
  }

  @Property(tries = 50)
  void shouldNeverEndALine(@ForAll long seed) {
    assertThat(new Malformed(seed).endlessLine(1_000)).hasSize(1_000).doesNotContain('\n', '\r');
  }

  /** A plain heartbeat in what is sent would be a new client, and rightly so. */
  @Property(tries = 100)
  void shouldNeverSayAHeartbeatOnAConnection(@ForAll long seed) {
    for (MalformedStream stream : ClientInput.streams(new Malformed(seed), 40)) {
      for (byte[] chunk : stream.chunks()) {
        String text = new String(chunk, StandardCharsets.ISO_8859_1);
        assertThat(text.lines()).as(stream.what()).noneMatch(MalformedTest::isBeat);
        assertThat(text.endsWith("HEARTBEAT")).as(stream.what()).isFalse();
      }
    }
  }

  private static boolean isBeat(String line) {
    return line.equals("HEARTBEAT")
        || line.startsWith("HEARTBEATHEARTBEAT")
        || line.matches("HEARTBEAT stranger interval=1s incarnation=7");
  }

  @Test
  void shouldMakeEveryKindOfBadDatagram() {
    List<byte[]> datagrams = ClientInput.datagrams(new Malformed(1), 140);
    assertThat(datagrams).hasSize(140);
    assertThat(datagrams).anyMatch(d -> d.length == 0);
    assertThat(datagrams).anyMatch(d -> d.length == 10);
    assertThat(datagrams).anyMatch(d -> d.length > 10_000);
    assertThat(datagrams).anyMatch(d -> d.length > 8 && d[4] == 'P' && d[5] == 'H');
  }

  @Test
  void shouldMakeEveryKindOfBadRequest() {
    List<MalformedStream> streams = HttpInput.streams(new Malformed(1), 80);
    assertThat(streams).hasSize(80);
    assertThat(streams)
        .extracting(MalformedStream::what)
        .contains("random bytes", "silence", "endless header", "endless path", "odd request");
    assertThat(streams)
        .extracting(MalformedStream::ending)
        .contains(MalformedStream.Ending.values());
  }
}
