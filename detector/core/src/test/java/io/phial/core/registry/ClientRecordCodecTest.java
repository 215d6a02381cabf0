package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.phi.ArrivalModel;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ClientRecordCodecTest {
  @Property(tries = 500)
  void shouldReadBackWhatItWrote(
      @ForAll @StringLength(min = 1, max = 128) @CharRange(from = '!', to = '~') String id,
      @ForAll @AlphaChars @StringLength(max = 64) String home,
      @ForAll int session,
      @ForAll long incarnation,
      @ForAll Transport transport,
      @ForAll Verdict verdict,
      @ForAll @LongRange(max = ArrivalModel.INTERVAL_NANOS_MAX) long interval,
      @ForAll boolean anonymous,
      @ForAll long lastSeen,
      @ForAll @Size(max = 40) byte[] estimator)
      throws MalformedRecordException {
    ClientSpec spec = new ClientSpec(id, session, incarnation, transport, interval, anonymous);
    ClientRecord record = new ClientRecord(spec, home, verdict, lastSeen, estimator);
    byte[] bytes = ClientRecordCodec.encode(record);
    assertThat(bytes.length).isLessThanOrEqualTo(ClientRecordCodec.BYTES_MAX);
    assertThat(ClientRecordCodec.decode(bytes)).usingRecursiveComparison().isEqualTo(record);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ClientRecordCodec.decode(cut))
          .isInstanceOf(MalformedRecordException.class);
    }
    assertThatThrownBy(() -> ClientRecordCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessage("malformed client record: 1 bytes too many");
  }

  @Property(tries = 1_000)
  void shouldRefuseGarbageByOneExceptionOnly(
      @ForAll byte[] garbage, @ForAll @IntRange(max = 60) int at, @ForAll byte value) {
    refuse(garbage);
    ClientSpec spec = ShardFixture.udp("client", 4);
    byte[] bytes =
        ClientRecordCodec.encode(new ClientRecord(spec, "n1", Verdict.ALIVE, 5, new byte[25]));
    bytes[at] = value;
    refuse(bytes);
  }

  private static void refuse(byte[] bytes) {
    try {
      assertThat(ClientRecordCodec.decode(bytes)).isNotNull();
    } catch (MalformedRecordException e) {
      assertThat(e).hasMessageStartingWith("malformed client record: ");
    }
  }

  @Test
  void shouldNameTheVersionItDoesNotKnow() {
    assertThatThrownBy(() -> ClientRecordCodec.decode(new byte[] {9}))
        .hasMessage("malformed client record: version must be 2, was 9");
  }

  @Test
  void shouldRefuseToWriteWhatIsOutOfBounds() {
    ClientRecord record =
        new ClientRecord(ShardFixture.udp("a", 1), "n1", Verdict.ALIVE, 0, new byte[41]);
    assertThatThrownBy(() -> ClientRecordCodec.encode(record))
        .hasMessage("estimator must be at most 40 bytes, was 41");
  }
}
