package io.phial.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.MalformedFrameException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ViewCodecTest {
  @Property(tries = 30)
  void shouldReadBackWhatItWrote(@ForAll @IntRange(min = 1, max = 300) int size)
      throws MalformedFrameException {
    View view = Placement.compute(Nodes.alike(size), null);
    byte[] bytes = ViewCodec.encode(view);
    assertThat(ViewCodec.decode(bytes)).isEqualTo(view);
    assertThat(bytes.length).isLessThanOrEqualTo(ViewCodec.BYTES_MAX);
  }

  @Test
  void shouldRefuseEveryTruncation() {
    byte[] bytes = ViewCodec.encode(Placement.compute(Nodes.alike(3), null));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ViewCodec.decode(cut)).isInstanceOf(MalformedFrameException.class);
    }
  }

  @Test
  void shouldTellANewerVersionApart() {
    byte[] bytes = ViewCodec.encode(Placement.compute(Nodes.alike(3), null));
    bytes[0] = 2;
    assertThatThrownBy(() -> ViewCodec.decode(bytes))
        .isInstanceOfSatisfying(
            MalformedFrameException.class,
            e -> assertThat(e.kind()).isEqualTo(MalformedFrameException.Kind.UNKNOWN));
  }

  @Property(tries = 300)
  void shouldNeverFailOtherwise(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = ViewCodec.encode(Placement.compute(Nodes.alike(3), null));
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(120)] = (byte) random.nextInt();
    }
    try {
      View view = ViewCodec.decode(bytes);
      assertThat(view.owners()).hasSize(Slots.COUNT);
    } catch (MalformedFrameException expected) {
      assertThat(expected.getMessage()).isNotEmpty();
    }
  }
}
