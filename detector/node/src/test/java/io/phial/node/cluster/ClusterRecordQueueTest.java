package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClusterRecordQueueTest {
  private final RecordQueue queue = new RecordQueue(3);

  private static RecordChange put(String id, long lastSeen) {
    return RecordChange.put(record(id, "n1", lastSeen));
  }

  @Test
  void shouldKeepOnlyTheLatestOfAnId() {
    queue.offer("a", put("a", 1));
    queue.offer("b", put("b", 2));
    queue.offer("a", RecordChange.REMOVE);
    assertThat(queue.take(10)).hasSize(2).containsEntry("a", RecordChange.REMOVE);
  }

  @Test
  void shouldDropTheOldestOfAnotherIdBeyondTheBound() {
    queue.offer("a", put("a", 1));
    queue.offer("b", put("b", 1));
    queue.offer("c", put("c", 1));
    assertThat(queue.offer("a", put("a", 2))).isZero();
    assertThat(queue.offer("d", put("d", 1))).isEqualTo(1);
    assertThat(queue.waitingIds()).containsExactly("b", "c", "d");
  }

  @Test
  void shouldHandOutOneBatchAtATimeOldestFirst() {
    queue.offer("a", put("a", 1));
    queue.offer("b", put("b", 1));
    assertThat(queue.take(1)).containsOnlyKeys("a");
    assertThat(queue.take(1)).isEmpty();
    assertThat(queue.size()).isEqualTo(2);
    queue.done();
    assertThat(queue.take(1)).containsOnlyKeys("b");
  }

  @Test
  void shouldShowWhatIsUnderWayUntilItIsDone() {
    queue.offer("a", put("a", 1));
    queue.take(1);
    assertThat(queue.pending("a")).isNotNull();
    queue.offer("a", RecordChange.REMOVE);
    assertThat(queue.pending("a")).isEqualTo(RecordChange.REMOVE);
    assertThat(queue.pending()).containsEntry("a", RecordChange.REMOVE);
    queue.done();
    assertThat(queue.pending("a")).isEqualTo(RecordChange.REMOVE);
  }

  @Test
  void shouldNotOverwriteNewerChangesWithABatchThatFailed() {
    queue.offer("a", put("a", 1));
    queue.offer("b", put("b", 1));
    queue.take(2);
    queue.offer("a", put("a", 2));
    assertThat(queue.giveBack()).isZero();
    assertThat(queue.take(5).get("a").record().orElseThrow().lastSeenEpochMillis()).isEqualTo(2);
  }

  @Test
  void shouldCountWhatFindsNoRoomAnyMore() {
    queue.offer("a", put("a", 1));
    queue.offer("b", put("b", 1));
    queue.take(2);
    queue.offer("c", put("c", 1));
    queue.offer("d", put("d", 1));
    assertThat(queue.giveBack()).isEqualTo(1);
    assertThat(queue.size()).isEqualTo(3);
  }
}
