package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.allSlots;
import static io.phial.node.cluster.ClusterFixture.await;
import static io.phial.node.cluster.ClusterFixture.freePorts;
import static io.phial.node.cluster.ClusterFixture.record;
import static io.phial.node.cluster.ClusterFixture.until;
import static io.phial.node.cluster.ClusterFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import com.hazelcast.query.QueryException;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three members, started one after another; the last cases take members away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
final class HazelcastClusterMembersTest {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastClusterMembersTest.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Integer> ports = freePorts(3);
  private final List<HazelcastCluster> nodes = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<AtomicInteger> hints = new ArrayList<>();
  private Vertx vertx;

  @BeforeAll
  void start() throws Exception {
    ClusterFixture.quiet();
    vertx = Vertx.vertx();
    for (int i = 0; i < 3; i++) {
      HazelcastCluster node = node(i);
      long begun = System.nanoTime();
      await(node.start());
      LOG.info("measured join member={} ms={}", i + 1, (System.nanoTime() - begun) / 1_000_000);
      nodes.add(node);
    }
    settled(3);
  }

  private HazelcastCluster node(int i) {
    String id = "n" + (i + 1);
    HazelcastCluster node =
        ClusterFixture.hazelcast(id, "members-" + ports.get(0), ports.get(i), ports, vertx);
    AtomicInteger hinted = new AtomicInteger();
    hints.add(hinted);
    node.onViewHint(hinted::incrementAndGet);
    node.serve("echo", Future::succeededFuture);
    node.serve("whoami", body -> Future.succeededFuture(Buffer.buffer(id)));
    node.serve("fail", body -> Future.failedFuture("no such client"));
    node.listen("news", body -> heard.add(id + " " + body));
    return node;
  }

  @AfterAll
  void stop() throws Exception {
    for (HazelcastCluster node : nodes) {
      await(node.stop());
    }
    await(vertx.close());
  }

  private void settled(int size) throws Exception {
    for (HazelcastCluster node : nodes) {
      HazelcastInstance hazelcast = node.hazelcast();
      if (hazelcast != null) {
        until("members", 60, () -> hazelcast.getCluster().getMembers().size() == size);
        until("safe partitions", 60, () -> hazelcast.getPartitionService().isClusterSafe());
      }
    }
  }

  private long epoch(HazelcastCluster node) throws Exception {
    return await(node.readView()).map(View::epoch).orElse(0L);
  }

  @Test
  @Order(1)
  void shouldLetOneWriterOfManyNodesWin() throws Exception {
    for (int round = 0; round < 5; round++) {
      long epoch = epoch(nodes.get(0));
      List<Future<Boolean>> writes = new ArrayList<>();
      for (HazelcastCluster node : nodes) {
        writes.add(node.writeView(epoch, view(epoch + 1)));
      }
      List<Boolean> won = await(Future.all(writes).map(all -> all.<Boolean>list()));
      assertThat(won).containsOnlyOnce(true);
      for (HazelcastCluster node : nodes) {
        assertThat(epoch(node)).isEqualTo(epoch + 1);
      }
    }
  }

  @Test
  @Order(2)
  void shouldHintOnEveryNode() throws Exception {
    List<Integer> before = hints.stream().map(AtomicInteger::get).toList();
    long epoch = epoch(nodes.get(1));
    assertThat(await(nodes.get(1).writeView(epoch, view(epoch + 1)))).isTrue();
    until(
        "hints", 20, () -> IntStream.range(0, 3).allMatch(i -> hints.get(i).get() > before.get(i)));
  }

  @Test
  @Order(3)
  void shouldAnswerAcrossNodes() throws Exception {
    for (HazelcastCluster asker : nodes) {
      for (int i = 1; i <= 3; i++) {
        assertThat(await(asker.request("n" + i, "whoami", Buffer.buffer(), PATIENCE)).toString())
            .isEqualTo("n" + i);
      }
    }
    assertThatThrownBy(() -> await(nodes.get(0).request("n2", "fail", Buffer.buffer(), PATIENCE)))
        .hasMessageContaining("no such client");
    Buffer large = Buffer.buffer(new byte[1 << 20]);
    assertThat(await(nodes.get(0).request("n3", "echo", large, PATIENCE))).isEqualTo(large);
  }

  @Test
  @Order(4)
  void shouldPublishToEveryNodeOnce() throws Exception {
    nodes.get(2).publish("news", Buffer.buffer("hello"));
    until("publication", 20, () -> heard.size() >= 3);
    assertThat(heard).containsExactlyInAnyOrder("n1 hello", "n2 hello", "n3 hello");
  }

  @Test
  @Order(5)
  void shouldShareTenThousandRecords() throws Exception {
    List<ClientRecord> records =
        IntStream.range(0, 10_000).mapToObj(i -> record("c" + i, "n" + (1 + i % 3), i)).toList();
    long begun = System.nanoTime();
    nodes.get(0).putRecords(records);
    until("written", 60, () -> stored() == 10_000);
    long written = System.nanoTime();
    assertThat(await(nodes.get(1).readRecords(allSlots(), List.of()))).hasSize(10_000);
    long all = System.nanoTime();
    assertThat(await(nodes.get(1).readRecords(new BitSet(), List.of("n3")))).hasSize(3_333);
    LOG.info(
        "measured records=10000 writeMs={} readAllMs={} readHomeMs={}",
        (written - begun) / 1_000_000,
        (all - written) / 1_000_000,
        (System.nanoTime() - all) / 1_000_000);
  }

  private int stored() {
    HazelcastInstance hazelcast = nodes.get(2).hazelcast();
    return hazelcast == null ? -1 : hazelcast.getMap(HazelcastSettings.CLIENTS_MAP).size();
  }

  @Test
  @Order(6)
  void shouldAnswerNothingToAHazelcastClient() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(0))) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("CP2".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      InputStream input = socket.getInputStream();
      assertThat(readAll(input)).isIn("", "UNX", "HZX");
    }
  }

  private static String readAll(InputStream input) throws IOException {
    try {
      return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return ""; // it was reset: refused as well
    }
  }

  @Test
  @Order(6)
  void shouldReadNoJavaObjectsButErrorsOfOtherMembers() {
    HazelcastInstance hazelcast = nodes.get(0).hazelcast();
    assertThat(hazelcast).isNotNull();
    IMap<String, Object> map = hazelcast.getMap("objects");
    map.put("gadget", new Random(1));
    assertThatThrownBy(() -> map.get("gadget"))
        .hasRootCauseInstanceOf(SecurityException.class)
        .hasMessageContaining("Resolving class java.util.Random is not allowed");
    IMap<String, String> texts = hazelcast.getMap("texts");
    String remote =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "t" + i)
            .filter(
                key -> !hazelcast.getPartitionService().getPartition(key).getOwner().localMember())
            .findFirst()
            .orElseThrow();
    texts.put(remote, "x");
    assertThatThrownBy(
            () -> texts.values(Predicates.partitionPredicate(remote, Predicates.sql("nil = 1"))))
        .isInstanceOf(QueryException.class);
  }

  @Test
  @Order(7)
  void shouldTakeOverWhenAMemberLeaves() throws Exception {
    await(nodes.get(2).stop());
    nodes.remove(2);
    settled(2);
    assertThat(await(nodes.get(0).readRecords(allSlots(), List.of()))).hasSize(10_000);
    assertThatThrownBy(() -> await(nodes.get(0).request("n3", "whoami", Buffer.buffer(), PATIENCE)))
        .hasMessageContaining("n3 is not known");
    assertThat(await(nodes.get(0).request("n2", "whoami", Buffer.buffer(), PATIENCE)).toString())
        .isEqualTo("n2");
  }

  @Test
  @Order(8)
  void shouldJoinAgainByItselfWhenHazelcastEnds() throws Exception {
    HazelcastInstance gone = nodes.get(1).hazelcast();
    assertThat(gone).isNotNull();
    gone.getLifecycleService().terminate();
    until("joined again", 60, () -> nodes.get(1).isUsable() && nodes.get(1).hazelcast() != gone);
    settled(2);
    assertThat(await(nodes.get(1).readRecords(allSlots(), List.of()))).hasSize(10_000);
    assertThat(await(nodes.get(0).request("n2", "whoami", Buffer.buffer(), PATIENCE)).toString())
        .isEqualTo("n2");
  }

  @Test
  @Order(9)
  void shouldOnlyWarnWhenHazelcastsInternalsChanged() {
    MemberEviction changed =
        new MemberEviction(
            (hazelcast, member, reason) -> {
              throw new NoSuchMethodError("suspectMember");
            });
    HazelcastInstance hazelcast = nodes.get(0).hazelcast();
    assertThat(hazelcast).isNotNull();
    assertThat(changed.evict(hazelcast, "n2")).isZero();
    assertThat(changed.evict(hazelcast, "n2")).isZero();
    assertThat(hazelcast.getCluster().getMembers()).hasSize(2);
  }

  @Test
  @Order(10)
  void shouldFailToStartOnATakenPort() throws Exception {
    HazelcastCluster late =
        ClusterFixture.hazelcast("n4", "members-" + ports.get(0), ports.get(0), ports, vertx);
    assertThatThrownBy(() -> await(late.start())).isInstanceOf(ClusterException.class);
    assertThat(late.isUsable()).isFalse();
    await(late.stop());
  }

  /** Each drops the other: a split, which Hazelcast heals by itself after some seconds. */
  @Test
  @Order(11)
  void shouldKeepTheHigherEpochAndTheLatestEvidenceAfterASplit() throws Exception {
    HazelcastCluster left = nodes.get(0);
    HazelcastCluster right = nodes.get(1);
    long epoch = epoch(left);
    left.memberDead("n2");
    right.memberDead("n1");
    until("split", 30, () -> size(left) == 1 && size(right) == 1);
    long begun = System.nanoTime();
    assertThat(await(left.writeView(epoch, view(epoch + 1)))).isTrue();
    assertThat(await(right.writeView(epoch, view(epoch + 1)))).isTrue();
    assertThat(await(right.writeView(epoch + 1, view(epoch + 2)))).isTrue();
    left.putRecords(List.of(record("both", "n1", 100), record("leftish", "n1", 300)));
    right.putRecords(List.of(record("both", "n2", 200), record("leftish", "n2", 200)));
    right.putRecords(List.of(record("new", "n2", 1)));

    until("healed", 90, () -> size(left) == 2 && size(right) == 2);
    LOG.info("measured splitHealedMs={}", (System.nanoTime() - begun) / 1_000_000);
    for (HazelcastCluster node : nodes) {
      until("usable", 30, node::isUsable);
      until("the higher epoch", 60, () -> epoch(node) == epoch + 2);
      until("the latest evidence", 60, () -> "n2".equals(home(node, "both")));
      until("the latest evidence", 60, () -> "n1".equals(home(node, "leftish")));
      until("the other side's record", 60, () -> "n2".equals(home(node, "new")));
    }
    until("bus", 60, () -> "n1".equals(whoami(right, "n1")) && "n2".equals(whoami(left, "n2")));
  }

  private static int size(HazelcastCluster node) {
    HazelcastInstance hazelcast = node.hazelcast();
    return hazelcast == null ? 0 : hazelcast.getCluster().getMembers().size();
  }

  private static String home(HazelcastCluster node, String id) throws Exception {
    return await(node.readRecord(id)).map(ClientRecord::home).orElse("");
  }

  private static String whoami(HazelcastCluster asker, String nodeId) throws Exception {
    Duration second = Duration.ofSeconds(1);
    return await(asker.request(nodeId, "whoami", Buffer.buffer(), second)).toString();
  }
}
