package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.await;
import static io.phial.node.cluster.ClusterFixture.record;
import static io.phial.node.cluster.ClusterFixture.slotOf;
import static io.phial.node.cluster.ClusterFixture.until;
import static io.phial.node.cluster.ClusterFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What every store and bus must do; one running instance serves all cases. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class ClusterContract<C extends ClusterStore & NodeBus> {
  static final String SELF = "n1";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicInteger hints = new AtomicInteger();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Vertx vertx;
  private C cluster;

  /** A new one under the id {@link #SELF}, not started. */
  abstract C create(Vertx vertx);

  @BeforeAll
  void start() throws Exception {
    ClusterFixture.quiet();
    vertx = Vertx.vertx();
    cluster = create(vertx);
    cluster.onViewHint(hints::incrementAndGet);
    cluster.serve("echo", Future::succeededFuture);
    cluster.serve("fail", body -> Future.failedFuture("no such client"));
    cluster.serve(
        "throw",
        body -> {
          throw new IllegalStateException("a bug");
        });
    cluster.serve("never", body -> Promise.<Buffer>promise().future());
    cluster.serve("huge", body -> Future.succeededFuture(Buffer.buffer(new byte[9 << 20])));
    cluster.listen("news", body -> heard.add(body.toString()));
    assertThat(cluster.isUsable()).isFalse();
    assertThatThrownBy(() -> await(cluster.readView())).isInstanceOf(ClusterException.class);
    await(cluster.start());
  }

  @AfterAll
  void stop() throws Exception {
    await(cluster.stop());
    assertThat(cluster.isUsable()).isFalse();
    assertThatThrownBy(() -> await(cluster.readView()))
        .isInstanceOfSatisfying(
            ClusterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.AWAY));
    await(vertx.close());
  }

  private long epoch() throws Exception {
    return await(cluster.readView()).map(View::epoch).orElse(0L);
  }

  @Test
  void shouldBeUsableOnceStarted() {
    assertThat(cluster.isUsable()).isTrue();
  }

  @Test
  void shouldWriteAViewOnlyOverTheExpectedEpoch() throws Exception {
    long epoch = epoch();
    assertThat(await(cluster.writeView(epoch, view(epoch + 1)))).isTrue();
    assertThat(epoch()).isEqualTo(epoch + 1);
    assertThat(await(cluster.writeView(epoch, view(epoch + 2)))).isFalse();
    assertThat(await(cluster.writeView(epoch + 7, view(epoch + 8)))).isFalse();
    assertThat(epoch()).isEqualTo(epoch + 1);
  }

  @Test
  void shouldRefuseAViewWhoseEpochDoesNotGrow() {
    assertThatThrownBy(() -> await(cluster.writeView(5, view(5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epoch must be above 5, was 5");
  }

  @Test
  void shouldLetOneOfManyWritersWin() throws Exception {
    long epoch = epoch();
    List<Future<Boolean>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(cluster.writeView(epoch, view(epoch + 1 + i)));
    }
    List<Boolean> won = await(Future.all(writes).map(all -> all.<Boolean>list()));
    assertThat(won).containsOnlyOnce(true);
    assertThat(epoch()).isEqualTo(epoch + 1 + won.indexOf(true));
  }

  @Test
  void shouldHintAtAWrittenView() throws Exception {
    long epoch = epoch();
    int before = hints.get();
    assertThat(await(cluster.writeView(epoch, view(epoch + 1)))).isTrue();
    until("hint", 20, () -> hints.get() > before);
  }

  @Test
  void shouldReadItsOwnRecords() throws Exception {
    cluster.putRecords(List.of(record("own", "n1", 1)));
    assertThat(await(cluster.readRecord("own"))).map(ClientRecord::home).contains("n1");
    cluster.putRecords(List.of(record("own", "n2", 2)));
    assertThat(await(cluster.readRecord("own"))).map(ClientRecord::home).contains("n2");
    cluster.removeRecords(List.of("own"));
    assertThat(await(cluster.readRecord("own"))).isEmpty();
    assertThat(await(cluster.readRecord("nobody"))).isEmpty();
  }

  @Test
  void shouldReadRecordsBySlotAndByHome() throws Exception {
    List<ClientRecord> records =
        IntStream.range(0, 300).mapToObj(i -> record("s" + i, "home" + i % 3, i)).toList();
    cluster.putRecords(records);
    BitSet slots = new BitSet();
    IntStream.range(0, 50).forEach(i -> slots.set(slotOf("s" + i)));

    assertThat(await(cluster.readRecords(slots, List.of())))
        .filteredOn(r -> r.home().startsWith("home"))
        .allMatch(r -> slots.get(slotOf(r.spec().id())))
        .extracting(r -> r.spec().id())
        .contains(IntStream.range(0, 50).mapToObj(i -> "s" + i).toArray(String[]::new));
    assertThat(await(cluster.readRecords(new BitSet(), List.of("home1")))).hasSize(100);
    assertThat(await(cluster.readRecords(new BitSet(), List.of("home0", "home2")))).hasSize(200);
    assertThat(await(cluster.readRecords(new BitSet(), List.of()))).isEmpty();

    cluster.removeRecords(records.stream().map(r -> r.spec().id()).toList());
    assertThat(await(cluster.readRecords(new BitSet(), List.of("home1")))).isEmpty();
  }

  @Test
  void shouldAnswerARequest() throws Exception {
    assertThat(await(ask(SELF, "echo", Buffer.buffer("hello"))).toString()).isEqualTo("hello");
    assertThat(await(ask(SELF, "echo", Buffer.buffer())).length()).isZero();
  }

  @Test
  void shouldTellTheAskerWhyARequestFailed() {
    assertThatThrownBy(() -> await(ask(SELF, "fail", Buffer.buffer())))
        .hasMessageContaining("no such client");
    assertThatThrownBy(() -> await(ask(SELF, "throw", Buffer.buffer())))
        .hasMessageContaining("a bug");
    assertReason(Reason.UNKNOWN, ask(SELF, "unheard-of", Buffer.buffer()));
    assertReason(Reason.UNKNOWN, ask("nobody", "echo", Buffer.buffer()));
  }

  @Test
  void shouldEndARequestByItsTimeout() {
    Duration timeout = Duration.ofMillis(200);
    assertReason(Reason.TIMEOUT, cluster.request(SELF, "never", Buffer.buffer(), timeout));
  }

  @Test
  void shouldRefuseBodiesOverTheBound() {
    assertReason(Reason.REFUSED, ask(SELF, "echo", Buffer.buffer(new byte[9 << 20])));
    assertReason(Reason.REFUSED, ask(SELF, "huge", Buffer.buffer()));
  }

  @Test
  void shouldPublishToItself() throws Exception {
    cluster.publish("news", Buffer.buffer("it rains"));
    cluster.publish("unheard-of", Buffer.buffer("nothing"));
    until("publication", 20, () -> heard.contains("it rains"));
    assertThat(heard).containsOnlyOnce("it rains");
  }

  @Test
  void shouldCompleteOnTheCallersContext() throws Exception {
    Context caller = vertx.getOrCreateContext();
    Promise<Boolean> same = Promise.promise();
    caller.runOnContext(
        v ->
            cluster
                .readView()
                .compose(read -> ask(SELF, "echo", Buffer.buffer()))
                .compose(answer -> cluster.readRecords(new BitSet(), List.of("x")))
                .onComplete(done -> same.complete(Vertx.currentContext() == caller)));
    assertThat(await(same.future())).isTrue();
  }

  @Test
  void shouldSurviveARejoin() throws Exception {
    await(cluster.rejoin());
    until("usable", 20, cluster::isUsable);
    cluster.putRecords(List.of(record("after", "n1", 1)));
    assertThat(await(cluster.readRecord("after"))).isNotEqualTo(Optional.empty());
    assertThat(await(ask(SELF, "echo", Buffer.buffer("again"))).toString()).isEqualTo("again");
    cluster.removeRecords(List.of("after"));
  }

  private Future<Buffer> ask(String nodeId, String operation, Buffer body) {
    return cluster.request(nodeId, operation, body, SECOND.multipliedBy(10));
  }

  private static void assertReason(Reason reason, Future<?> future) {
    assertThatThrownBy(() -> await(future))
        .isInstanceOfSatisfying(
            ClusterException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
