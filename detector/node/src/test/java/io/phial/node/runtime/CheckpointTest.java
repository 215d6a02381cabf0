package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.record;
import static io.phial.node.runtime.Parts.tcp;
import static io.phial.node.runtime.Parts.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final int SLICES = 64;
  private static final int CLIENTS = 300;

  private final RecordingStore store = new RecordingStore();
  private final Parts parts = new Parts("n1", store);
  private final Checkpoint checkpoint = new Checkpoint(parts.clients, store, "n1");

  @BeforeEach
  void start() {
    parts.adopt(Parts.view("n1"));
  }

  private void register() {
    for (int i = 0; i < CLIENTS; i++) {
      parts.register(udp("u" + i));
    }
    store.records.clear();
  }

  private void step() {
    checkpoint.step();
    parts.turn();
  }

  @Test
  void shouldWriteEveryRecordOnceARoundInSmallSlices() {
    register();
    int before = 0;
    for (int i = 0; i < SLICES; i++) {
      step();
      assertThat(store.records.size() - before).isLessThanOrEqualTo(CLIENTS / SLICES * 2);
      before = store.records.size();
    }
    assertThat(store.records).hasSize(CLIENTS);
    assertThat(store.records.values())
        .allMatch(kept -> kept.home().equals("n1") && kept.verdict() == Verdict.ALIVE);
  }

  @Test
  void shouldWriteNothingWhileTheStoreIsAway() {
    register();
    store.away = true;
    for (int i = 0; i < SLICES; i++) {
      step();
    }
    assertThat(store.records).isEmpty();
  }

  @Test
  void shouldWriteAllForAGracefulStop() {
    register();
    Future<Void> written = checkpoint.writeAll();
    assertThat(written.isComplete()).isFalse();
    parts.turn();
    assertThat(written.succeeded()).isTrue();
    assertThat(store.records).hasSize(CLIENTS);
  }

  @Test
  void shouldPassOverTheAnonymousAndThoseThatLeft() {
    ClientSpec anonymous = new ClientSpec("tcp:127.0.0.1:9", 0, 0, Transport.TCP, 0, true);
    parts.desk.connect(anonymous, refused -> {});
    parts.desk.connect(tcp("t"), refused -> {});
    int session = parts.register(udp("gone"));
    parts.datagramGoodbye(session, 1);
    parts.turn();
    store.records.clear();
    checkpoint.writeAll();
    parts.turn();
    assertThat(store.records).containsOnlyKeys("t");
  }

  @Test
  void shouldNotClaimAClientThatWasTakenOverAndMayBeConnectedElsewhere() {
    View view = Parts.view("n1", "n2", "n3");
    String moving = Parts.idOf(Parts.after(view, "n1", "n3"), "n1", 0);
    Parts late = new Parts("n1", store);
    late.adopt(view);
    store.records.put(moving, record(tcp(moving), "n2", Verdict.ALIVE));
    late.adopt(Parts.after(view, "n1", "n3"));
    assertThat(late.verdict(moving)).isEqualTo(Verdict.UNKNOWN);

    // It has connected to n3 meanwhile.
    store.records.put(moving, record(tcp(moving), "n3", Verdict.ALIVE));
    Checkpoint own = new Checkpoint(late.clients, store, "n1");
    for (int i = 0; i < SLICES; i++) {
      own.step();
      late.turn();
    }
    own.writeAll();
    late.turn();
    assertThat(List.of(store.records.get(moving).home())).containsExactly("n3");
  }
}
