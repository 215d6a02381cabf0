package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.node.api.VerdictEvent;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventShareTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RecordingBus bus = new RecordingBus();
  private final RecordingBus otherBus = new RecordingBus();
  private final List<VerdictEvent> stream = new ArrayList<>();
  private final List<VerdictEvent> otherStream = new ArrayList<>();
  private final EventShare share = new EventShare("n1", bus, stream::add, meters);
  private final EventShare other =
      new EventShare("n2", otherBus, otherStream::add, new SimpleMeterRegistry());

  @BeforeEach
  void start() {
    share.listen((node, event) -> {});
    other.listen((node, event) -> {});
  }

  private static VerdictEvent event(int number) {
    return new VerdictEvent(
        number, VerdictEvent.Kind.CLIENT, "c" + number, "ALIVE", "SUSPECT", "a \"why\"\n", 4.5, 0);
  }

  /** What a bus does: everyone hears it, the sender included. */
  private void deliver() {
    for (Buffer body : bus.published) {
      bus.hear(body);
      otherBus.hear(body);
    }
    bus.published.clear();
  }

  @Test
  void shouldShowAnEventOnceOnEveryNode() {
    share.publish(event(1));
    assertThat(stream).containsExactly(event(1));
    assertThat(bus.published).isEmpty();
    share.flush();
    deliver();
    assertThat(stream).containsExactly(event(1));
    assertThat(otherStream).containsExactly(event(1));
    assertThat(otherBus.published).as("nothing goes round").isEmpty();
  }

  @Test
  void shouldSendNothingWhenNothingHappened() {
    share.flush();
    assertThat(bus.published).isEmpty();
  }

  @Test
  void shouldSendManyInBatchesInOrder() {
    List<VerdictEvent> all = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      all.add(event(i));
      share.publish(event(i));
    }
    share.flush();
    assertThat(bus.published).hasSize(3);
    deliver();
    assertThat(otherStream).isEqualTo(all);
  }

  @Test
  void shouldDropAndCountWhatTheBusCannotTake() {
    for (int i = 0; i < 16_384 + 5; i++) {
      share.publish(event(i));
    }
    assertThat(stream).hasSize(16_384 + 5);
    assertThat(meters.get("phial.verdicts.unshared").counter().count()).isEqualTo(5);
    share.flush();
    deliver();
    assertThat(otherStream).hasSize(16_384);
  }
}
