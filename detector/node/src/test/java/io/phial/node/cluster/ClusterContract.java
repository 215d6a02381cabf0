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
import java.nio.charset.StandardCharsets;
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

  /** How many events it keeps. */
  abstract int eventsMax();

  /** A new one under the id {@link #SELF}, not started. */
  abstract C create(Vertx vertx) throws Exception;

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
    assertAway();
    await(cluster.start());
  }

  @AfterAll
  void stop() throws Exception {
    await(cluster.stop());
    assertThat(cluster.isUsable()).isFalse();
    assertAway();
    await(vertx.close());
  }

  /** Every question fails at once, and says why, while the store is not joined. */
  private void assertAway() {
    assertReason(Reason.AWAY, cluster.readView());
    assertReason(Reason.AWAY, cluster.writeView(0, view(1)));
    assertReason(Reason.AWAY, cluster.readRecord("a"));
    assertReason(Reason.AWAY, cluster.readRecords(new BitSet(), List.of("n1")));
    assertReason(Reason.AWAY, cluster.appendEvents(entries(0, 1)));
    assertReason(Reason.AWAY, cluster.readEvents(0, 1));
    assertReason(Reason.AWAY, cluster.readMark("here"));
    assertReason(Reason.AWAY, cluster.writeMark("here", 1, new byte[1]));
    assertReason(Reason.AWAY, cluster.rejoin());
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

  private long end() throws Exception {
    return await(cluster.readEvents(Long.MAX_VALUE / 2, 1)).end();
  }

  private static List<byte[]> entries(int from, int until) {
    return IntStream.range(from, until)
        .mapToObj(i -> ("e" + i).getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static List<String> texts(LogPage page) {
    return page.entries().stream().map(e -> new String(e, StandardCharsets.UTF_8)).toList();
  }

  @Test
  void shouldReadEventsInTheOrderOfTheirAppending() throws Exception {
    long end = end();
    await(cluster.appendEvents(entries(0, 1)));
    LogPage single = await(cluster.readEvents(end, 10));
    assertThat(texts(single)).containsExactly("e0");
    assertThat(single.first()).isEqualTo(end);
    assertThat(single.next()).isEqualTo(end + 1).isEqualTo(single.end());
    await(cluster.appendEvents(List.of()));
    await(cluster.appendEvents(entries(1, 8)));
    assertThat(texts(await(cluster.readEvents(end, 3)))).containsExactly("e0", "e1", "e2");
    LogPage rest = await(cluster.readEvents(end + 3, 10));
    assertThat(texts(rest)).containsExactly("e3", "e4", "e5", "e6", "e7");
    assertThat(rest.end()).isEqualTo(end + 8);
    LogPage beyond = await(cluster.readEvents(end + 8, 10));
    assertThat(beyond.entries()).isEmpty();
    assertThat(beyond.next()).isEqualTo(end + 8);
    assertThat(await(cluster.readEvents(end + 1_000, 10)).next()).isEqualTo(end + 8);
  }

  @Test
  void shouldForgetTheOldestEventsBeyondTheBound() throws Exception {
    int more = eventsMax() + 10;
    for (int i = 0; i < more; i += SharedLog.PAGE_MAX) {
      await(cluster.appendEvents(entries(i, Math.min(more, i + SharedLog.PAGE_MAX))));
    }
    LogPage page = await(cluster.readEvents(0, 1));
    assertThat(page.end() - page.head()).isEqualTo(eventsMax());
    assertThat(page.first()).isEqualTo(page.head());
    assertThat(texts(page)).containsExactly("e10");
  }

  @Test
  void shouldRefuseEventsOverTheBound() {
    assertThatThrownBy(() -> cluster.appendEvents(entries(0, SharedLog.PAGE_MAX + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("entries must be at most 512, was 513");
    List<byte[]> huge = List.of(new byte[SharedLog.ENTRY_BYTES_MAX + 1]);
    assertThatThrownBy(() -> cluster.appendEvents(huge))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKeepMarks() throws Exception {
    assertThat(await(cluster.readMark("none"))).isEmpty();
    await(cluster.writeMark("here", 1, new byte[] {1}));
    await(cluster.writeMark("here", 2, new byte[] {2, 3}));
    assertThat(await(cluster.readMark("here")))
        .hasValueSatisfying(mark -> assertThat(mark).containsExactly(2, 3));
    assertThatThrownBy(() -> cluster.writeMark("", 1, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cluster.writeMark("here", 1, new byte[SharedLog.MARK_BYTES_MAX + 1]))
        .isInstanceOf(IllegalArgumentException.class);
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
