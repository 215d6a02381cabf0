package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VerdictStreamTest {
  static VerdictEvent event(long at) {
    return new VerdictEvent(at, VerdictEvent.Kind.CLIENT, "c", "ALIVE", "DEAD", "because", 1, 0);
  }

  @Test
  void shouldReadInOrderAndOn() {
    VerdictStream stream = new VerdictStream(4);
    assertThat(stream.read(0, 10)).isEqualTo(new VerdictStream.Batch(0, List.of(), 0));
    stream.publish(event(1));
    stream.publish(event(2));

    assertThat(stream.read(0, 1)).isEqualTo(new VerdictStream.Batch(0, List.of(event(1)), 1));
    assertThat(stream.read(1, 9)).isEqualTo(new VerdictStream.Batch(0, List.of(event(2)), 2));
    assertThat(stream.read(99, 9)).isEqualTo(new VerdictStream.Batch(0, List.of(), 2));
    assertThat(stream.nextSequence()).isEqualTo(2);
  }

  @Property(seed = "11", tries = 200)
  void shouldCountExactlyWhatASlowReaderMissed(
      @ForAll @IntRange(min = 1, max = 20) int capacity,
      @ForAll @IntRange(min = 1, max = 7) int max,
      @ForAll List<@IntRange(min = 0, max = 40) Integer> bursts) {
    VerdictStream stream = new VerdictStream(capacity);
    List<Long> read = new ArrayList<>();
    long published = 0;
    long position = 0;
    for (int burst : bursts) {
      for (int i = 0; i < burst; i++) {
        stream.publish(event(published++));
      }
      VerdictStream.Batch batch = stream.read(position, max);
      long first = position + batch.missed();
      assertThat(batch.events()).hasSizeLessThanOrEqualTo(max);
      assertThat(batch.missed()).isEqualTo(Math.max(0, published - capacity - position));
      for (int i = 0; i < batch.events().size(); i++) {
        assertThat(batch.events().get(i).atEpochMillis()).isEqualTo(first + i);
        read.add(batch.events().get(i).atEpochMillis());
      }
      position = batch.nextSequence();
    }
    assertThat(read).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void shouldTellListenersUntilTheyLeave() {
    VerdictStream stream = new VerdictStream(1);
    AtomicInteger told = new AtomicInteger();
    VerdictStream.Subscription subscription = stream.subscribe(told::incrementAndGet);
    stream.publish(event(1));
    subscription.close();
    stream.publish(event(2));

    assertThat(told).hasValue(1);
  }
}
