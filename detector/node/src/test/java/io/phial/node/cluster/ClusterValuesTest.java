package io.phial.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

/** The small forms of what travels: versioned values and bus frames. */
final class ClusterValuesTest {
  @Property(tries = 200)
  void shouldReadBackWhatWasPacked(@ForAll long version, @ForAll byte[] value) {
    byte[] packed = VersionedBytes.pack(version, value);
    assertThat(VersionedBytes.version(packed)).isEqualTo(version);
    assertThat(VersionedBytes.value(packed)).isEqualTo(value);
  }

  @Property(tries = 200)
  void shouldReadBackAFrame(
      @ForAll @AlphaChars @StringLength(min = 1, max = 64) String name, @ForAll byte[] body) {
    BusFrame frame = new BusFrame(name, Buffer.buffer(body));
    assertThat(BusFrame.decode(frame.encode())).isEqualTo(frame);
  }

  @Property(tries = 500)
  void shouldRefuseRandomBytesOrReadAFrame(@ForAll byte[] bytes) {
    try {
      assertThat(BusFrame.decode(Buffer.buffer(bytes)).encode().getBytes()).isEqualTo(bytes);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("must");
    }
  }

  @Property(tries = 20)
  void shouldRefuseValuesWithoutAVersion(@ForAll @StringLength(max = 7) @AlphaChars String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(VersionedBytes.version(bytes)).isEqualTo(Long.MIN_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> VersionedBytes.value(bytes));
  }
}
