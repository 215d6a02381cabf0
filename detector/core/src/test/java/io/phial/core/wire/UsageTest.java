package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class UsageTest {
  @Property(tries = 500)
  void shouldTravelInAHelloAndInALine(
      @ForAll @StringLength(max = 16) @CharRange(from = 'a', to = 'z') String profile,
      @ForAll Usage.Mode mode,
      @ForAll @IntRange(min = -1, max = 65_535) int natLimitSeconds,
      @ForAll @IntRange(min = 1, max = 128) int idLength) {
    Usage usage = new Usage(profile, mode, natLimitSeconds);
    var hello = new Registration.Hello(1, 2, 3, 1_000, "i".repeat(idLength), usage);
    byte[] data = hello.encode();
    assertThat(data).hasSizeBetween(64, Registration.HELLO_BYTES_MAX);
    assertThat(Registration.decode(data, data.length)).isEqualTo(hello);

    BeatLine line = new BeatLine("id", 1_000, 3, "", false, false, usage);
    String arguments = line.encode().substring("HEARTBEAT ".length());
    assertThat(BeatLine.parse(arguments).line()).isEqualTo(line);
  }

  @Property(tries = 1_000)
  void shouldReadNoiseBehindTheIdInOneWayOrNotAtAll(@ForAll @Size(max = 24) byte[] noise) {
    byte[] data = new Registration.Hello(1, 2, 3, 1_000, "i".repeat(40)).encode();
    byte[] noisy = Arrays.copyOf(data, data.length + noise.length);
    System.arraycopy(noise, 0, noisy, data.length, noise.length);
    Registration read = Registration.decode(noisy, noisy.length);
    if (read != null) {
      assertThat(read.encode()).isEqualTo(noisy);
    }
  }

  @Test
  void shouldKeepWhatWasSaidBefore() {
    Usage before = new Usage("iot", Usage.Mode.BACKGROUND, 60);
    assertThat(Usage.NONE.after(before)).isEqualTo(before);
    Usage now = new Usage("", Usage.Mode.FOREGROUND, Usage.UNSAID);
    assertThat(now.after(before)).isEqualTo(new Usage("iot", Usage.Mode.FOREGROUND, 60));
  }

  @Test
  void shouldTellWhatIsWrongWithAUsage() {
    assertThat(BeatLine.parse("id profile=UPPER").error()).contains("a-z 0-9");
    assertThat(BeatLine.parse("id mode=asleep").error()).contains("foreground or background");
    assertThat(BeatLine.parse("id nat=1500ms").error()).contains("0s to 18h");
    assertThat(BeatLine.parse("id nat=20h").error()).contains("0s to 18h");
  }
}
