package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.node.api.EventJournal;
import io.phial.node.api.EventLine;
import io.phial.node.api.VerdictEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes' outboxes and followers around one log whose answers the test decides. */
class EventLogTest {
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(20);

  private final RecordingStore store = new RecordingStore();
  private final Side n1 = new Side("n1", 8);
  private final Side n2 = new Side("n2", 8);
  private long now = 1;
  private boolean fit = true;

  /** What one node has of the log. */
  private final class Side {
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final EventJournal journal = new EventJournal(1_000);
    final EventOutbox outbox;
    final LogFollower follower;

    Side(String id, int waitingMax) {
      EventOutbox.Target target = new EventOutbox.Target(store, store::isUsable, () -> {});
      outbox = new EventOutbox(id, 7, waitingMax, target, () -> fit, meters);
      LogFollower.Self self = new LogFollower.Self(id, 7, outbox::resend);
      follower = new LogFollower(store, store::isUsable, journal, self, meters);
    }

    void say(String client) {
      outbox.offer(event(VerdictEvent.Kind.CLIENT, client, "DEAD"), 3, false);
    }

    double count(String meter) {
      return meters.get(meter).counter().count();
    }

    /** Ids of the journal in order; a gap as its size. */
    List<String> read() {
      follower.poll();
      return journal.read(0, 1_000).items().stream()
          .map(item -> item.event() == null ? "missed " + item.missed() : item.event().id())
          .toList();
    }
  }

  private static VerdictEvent event(VerdictEvent.Kind kind, String id, String to) {
    return new VerdictEvent(5, kind, id, "ALIVE", to, "why", 8, 0);
  }

  @BeforeEach
  void begin() {
    flush();
  }

  private void flush() {
    now += STEP;
    n1.outbox.flush(now);
    n2.outbox.flush(now);
  }

  private void flushFor(long millis) {
    for (long i = 0; i < millis; i += 20) {
      flush();
    }
  }

  @Test
  void shouldBringEachEventToEachNodeOnceInOneOrder() {
    n1.say("a");
    n2.say("b");
    flush();
    n1.say("c");
    flush();
    assertThat(n1.read()).containsExactly("a", "b", "c");
    assertThat(n2.read()).isEqualTo(n1.read());
    assertThat(n1.outbox.size()).isZero();
  }

  @Test
  void shouldQueueWhileTheLogIsAwayAndCatchUpInOrder() {
    store.away = true;
    n1.say("a");
    flushFor(60_000);
    n1.say("b");
    flushFor(1_000);
    store.away = false;
    flushFor(3_000);
    assertThat(n2.read()).containsExactly("a", "b");
    assertThat(n1.count("phial.events.dropped")).isZero();
  }

  /** A write that times out and is done all the same, as Hazelcast's may be. */
  @Test
  void shouldShowAnEventOnceThatWasAppendedTwice() {
    n1.say("a");
    flush();
    n1.say("b");
    flush();
    store.log.addAll(List.copyOf(store.log));
    assertThat(n2.read()).containsExactly("a", "b");
    assertThat(n2.count("phial.events.doubled")).isEqualTo(2);
  }

  @Test
  void shouldSendAFailedBatchAgainAsItWasBeforeAnyOther() {
    store.holding = true;
    n1.say("a");
    flush();
    n1.say("b");
    store.away = true;
    flushFor(500);
    assertThat(store.appends).hasSize(1);
    store.away = false;
    store.answer();
    flushFor(3_000);
    assertThat(n1.read()).containsExactly("a", "b");
  }

  @Test
  void shouldDropTheOldestBeyondTheBoundAndTellTheGap() {
    n1.say("first");
    flush();
    store.away = true;
    for (int i = 0; i < 11; i++) {
      n1.say("c" + i);
    }
    store.away = false;
    flushFor(100);
    assertThat(n1.count("phial.events.dropped")).isEqualTo(3);
    assertThat(n2.read())
        .containsExactly("first", "missed 3", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10");
  }

  @Test
  void shouldHoldBackAfterAStallUntilItIsFitAndForgetWhatOthersDecide() {
    n1.say("stale");
    n1.outbox.offer(event(VerdictEvent.Kind.NODE, "n3", "DEAD"), 3, false);
    now += TimeUnit.SECONDS.toNanos(30);
    fit = false;
    flushFor(5_000);
    assertThat(store.log).isEmpty();
    n1.outbox.fenceClients();
    fit = true;
    flushFor(100);
    n1.say("fresh");
    flush();
    assertThat(n2.read()).containsExactly("n3", "fresh");
    assertThat(n1.count("phial.events.fenced")).isEqualTo(1);
  }

  @Test
  void shouldAppendAgainWhatALogThatBeganAnewHasLost() {
    n1.say("a");
    n1.say("b");
    flush();
    n2.say("x");
    flush();
    assertThat(n1.read()).containsExactly("a", "b", "x");
    assertThat(n2.read()).containsExactly("a", "b", "x");
    store.log.clear();
    n1.say("c");
    flush();
    for (int i = 0; i < 3; i++) {
      n1.follower.poll();
      n2.follower.poll();
      flushFor(100);
    }
    List<String> log = new ArrayList<>();
    store.log.forEach(
        entry -> log.add(EventLine.decode(new String(entry, StandardCharsets.UTF_8)).id()));
    assertThat(log).contains("a", "b", "c", "x");
    assertThat(n1.read()).containsExactly("a", "b", "x", "c");
    assertThat(n2.read()).containsExactly("a", "b", "x", "c");
    assertThat(n1.count("phial.events.log.restarts")).isGreaterThanOrEqualTo(1);
  }

  @Test
  void shouldSayOfANodeOnceWhatTwoNodesSaid() {
    n1.outbox.offer(event(VerdictEvent.Kind.NODE, "n3", "DEAD"), 3, false);
    n2.outbox.offer(event(VerdictEvent.Kind.NODE, "n3", "DEAD"), 3, false);
    flush();
    n2.outbox.offer(event(VerdictEvent.Kind.NODE, "n3", "ALIVE"), 3, false);
    flush();
    assertThat(n1.read()).containsExactly("n3", "n3");
    VerdictEvent last = n1.follower.nodeVerdict("n3");
    assertThat(last).isNotNull();
    assertThat(last.to()).isEqualTo("ALIVE");
  }

  @Test
  void shouldPassOverWhatIsNoEvent() {
    store.log.add("{}".getBytes(StandardCharsets.UTF_8));
    store.log.add(new byte[] {1, 2});
    n1.say("a");
    flush();
    assertThat(n2.read()).containsExactly("a");
    assertThat(n2.count("phial.events.malformed")).isEqualTo(2);
  }
}
