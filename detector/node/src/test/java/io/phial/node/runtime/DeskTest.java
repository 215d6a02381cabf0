package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.idOf;
import static io.phial.node.runtime.Parts.record;
import static io.phial.node.runtime.Parts.tcp;
import static io.phial.node.runtime.Parts.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.node.api.VerdictEvent;
import io.phial.node.ingress.ClientDesk.Connected;
import io.phial.node.ingress.ClientDesk.Registration;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeskTest {
  private final RecordingStore store = new RecordingStore();
  private final Parts first = new Parts("n1", store);
  private final Parts second = new Parts("n2", store);
  private final View view = Parts.view("n1", "n2");
  private final String mine = idOf(view, "n1", 0);
  private final String theirs = idOf(view, "n2", 0);

  @BeforeEach
  void start() {
    first.adopt(view);
    second.adopt(view);
    first.bus.others.put("n2", second.bus);
    second.bus.others.put("n1", first.bus);
  }

  private static Connected connect(Parts parts, String id) {
    Connected connection = parts.desk.connect(tcp(id), refused -> {});
    parts.turn();
    return connection;
  }

  private Registration registerAtFirst(ClientSpec spec) {
    Future<Registration> answer = first.desk.register(spec);
    first.turn();
    second.turn();
    return answer.result();
  }

  private static String refusal(Registration registration) {
    return ((Registration.Refused) registration).reason();
  }

  @Test
  void shouldRefuseBeforeTheFirstView() {
    Parts young = new Parts("n3", store);
    assertThat(young.desk.register(udp(mine)).result())
        .isEqualTo(new Registration.Refused("starting", 500));
  }

  @Test
  void shouldGiveASessionThatCarriesTheSlotAndKeepIt() {
    int session = first.register(udp(mine));
    assertThat(session).isNotZero();
    assertThat(Slots.slotOfSession(session)).isEqualTo(Slots.slotOf(mine));
    assertThat(first.register(udp(mine))).isEqualTo(session);
    assertThat(store.records.get(mine).spec().session()).isEqualTo(session);
    assertThat(first.register(udp(idOf(view, "n1", 1)))).isNotEqualTo(session);
  }

  @Test
  void shouldKeepTheSessionOfAClientTakenOver() {
    store.records.put(mine, record(udp(mine), "n2", Verdict.ALIVE));
    int session = store.records.get(mine).spec().session();
    Parts restarted = new Parts("n1", store);
    restarted.adopt(view);
    assertThat(restarted.register(udp(mine))).isEqualTo(session);
  }

  /** The guard of the rule that no beat waits for Hazelcast: any call at all fails it. */
  @Test
  void shouldNeverAskTheStoreNorTheBusOnABeatsPath() {
    int session = first.register(udp(mine));
    String named = idOf(view, "n1", 1);
    var connection = first.desk.connect(tcp(named), refused -> {});
    first.turn();
    int forwarded = ((Registration.Accepted) registerAtFirst(udp(theirs))).session();
    int before = store.calls;
    int asked = first.bus.asked.size();
    for (int beat = 1; beat <= 1_000; beat++) {
      first.nowNanos += 1_000_000_000L;
      first.datagramBeat(session, beat);
      first.datagramBeat(forwarded, beat);
      connection.beat();
      first.turn();
    }
    assertThat(first.verdict(mine)).isEqualTo(Verdict.ALIVE);
    assertThat(first.verdict(named)).isEqualTo(Verdict.ALIVE);
    assertThat(store.calls).isEqualTo(before);
    assertThat(first.bus.asked).hasSize(asked);
    assertThat(first.bus.published).isEmpty();
    first.desk.register(udp(idOf(view, "n1", 2)));
    first.turn();
    assertThat(store.calls).as("the count counts").isGreaterThan(before);
  }

  @Test
  void shouldRegisterAtTheOwnerOfTheSlot() {
    Registration answer = registerAtFirst(udp(theirs));
    int session = ((Registration.Accepted) answer).session();
    assertThat(Slots.slotOfSession(session)).isEqualTo(Slots.slotOf(theirs));
    assertThat(first.bus.asked).containsExactly("n2 register");
    assertThat(second.verdict(theirs)).isEqualTo(Verdict.ALIVE);
    assertThat(first.holds(theirs)).isFalse();
    assertThat(store.records.get(theirs).home()).isEqualTo("n2");
  }

  @Test
  void shouldForgetThatASessionWasUnknownOnceItIsRegistered() {
    int session = ((Registration.Accepted) registerAtFirst(udp(theirs))).session();
    first.strangers.add(session, first.nowNanos);
    assertThat(first.datagramBeat(session, 1)).isFalse();
    registerAtFirst(udp(theirs));
    assertThat(first.datagramBeat(session, 2)).isTrue();
  }

  @Test
  void shouldRefuseWhenTheOwnerIsNotReachedOrChanging() {
    second.router.adopt(Parts.after(view, "n1"));
    assertThat(refusal(registerAtFirst(udp(theirs)))).isEqualTo("owner changing");
    first.bus.others.clear();
    assertThat(refusal(registerAtFirst(udp(theirs)))).isEqualTo("owner not reached");
    assertThat(second.holds(theirs)).isFalse();
  }

  @Test
  void shouldRefuseWhenTheNodeIsFull() {
    Parts small = new Parts("n1", store, Parts.roomFor(1));
    small.adopt(Parts.view("n1"));
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Future<Registration> answer = small.desk.register(udp("u" + i));
      small.turn();
      if (answer.result() instanceof Registration.Refused no) {
        refused.add(no.reason());
      }
      small.desk.connect(tcp("t" + i), no -> refused.add(no.reason()));
      small.turn();
    }
    assertThat(refused).hasSize(6 - Parts.SHARDS).containsOnly("node full");
    int connections =
        small.clients.all().stream().mapToInt(shard -> shard.connections().size()).sum();
    assertThat(connections).isLessThanOrEqualTo(Parts.SHARDS);
  }

  @Test
  void shouldTellTheNodeThatJudgedAClientBeforeThatItMoved() {
    Connected old = connect(first, mine);
    assertThat(store.records.get(mine).home()).isEqualTo("n1");

    connect(second, mine);
    first.turn();
    assertThat(second.bus.asked).containsExactly("n1 moved");
    assertThat(first.holds(mine)).isFalse();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(second.verdict(mine)).isEqualTo(Verdict.ALIVE);
    assertThat(store.records.get(mine).home()).isEqualTo("n2");

    old.closed();
    first.turn();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
  }

  @Test
  void shouldTellTheFormerNodeHoweverSoonTheShardRuns() {
    connect(first, mine);
    store.beforeRead = second::turn;
    connect(second, mine);
    assertThat(second.bus.asked).containsExactly("n1 moved");
  }

  @Test
  void shouldClaimAClientEvenWhenItsFormerNodeDoesNotAnswer() {
    store.records.put(mine, record(tcp(mine), "n9", Verdict.ALIVE));
    connect(first, mine);
    assertThat(first.bus.asked).containsExactly("n9 moved");
    assertThat(store.records.get(mine).home()).isEqualTo("n1");
  }

  @Test
  void shouldClaimNothingForAConnectionThatEndedMeanwhile() {
    store.holding = true;
    Connected connection = connect(first, mine);
    connection.dropped();
    first.turn();
    store.records.put(mine, record(tcp(mine), "n2", Verdict.ALIVE));
    store.answer();
    first.turn();
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
  }

  @Test
  void shouldListenToTheNewestConnectionOfAClientOnly() {
    Connected old = connect(first, mine);
    Connected current = connect(first, mine);
    first.pass(Duration.ofMillis(1500));
    old.beat();
    old.closed();
    old.goodbye();
    old.dropped();
    first.turn();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(silenceMillis()).isGreaterThanOrEqualTo(1500);

    current.beat();
    first.turn();
    assertThat(silenceMillis()).isZero();
    current.closed();
    first.turn();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT");
  }

  private long silenceMillis() {
    ClientShard shard = first.clients.ofId(mine);
    int row = shard.shard().rowOf(mine);
    return shard.shard().snapshot(row, first.nowNanos).silenceNanos() / 1_000_000;
  }

  @Test
  void shouldForgetADroppedConnectionWithoutAWord() {
    Connected connection = connect(first, mine);
    connection.dropped();
    first.turn();
    assertThat(first.holds(mine)).isFalse();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE");
  }

  @Test
  void shouldTakeAClientBackThatBeatsAfterItWasForgotten() {
    Connected connection = connect(first, mine);
    first.takeover.forgetAll();
    first.turn();
    assertThat(first.holds(mine)).isFalse();
    store.records.clear();

    connection.beat();
    first.turn();
    assertThat(first.verdict(mine)).isEqualTo(Verdict.ALIVE);
    assertThat(store.records.get(mine).home()).isEqualTo("n1");
  }

  @Test
  void shouldJudgeByDatagramsWhenAClientChangesItsTransport() {
    Connected connection = connect(first, mine);
    int session = first.register(udp(mine));
    connection.closed();
    first.turn();
    assertThat(first.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(store.records.get(mine).spec().transport()).isEqualTo(Transport.UDP);
    assertThat(session).isNotZero();
  }

  @Test
  void shouldKeepTheIntervalWithinItsBounds() {
    assertThat(first.desk.intervalMillis(0)).isEqualTo(1000);
    assertThat(first.desk.intervalMillis(1)).isEqualTo(50);
    assertThat(first.desk.intervalMillis(250_000_000)).isEqualTo(250);
    assertThat(first.desk.intervalMillis(Long.MAX_VALUE)).isEqualTo(86_400_000);
  }

  @Test
  void shouldFindAClientsShardWhereverItIsAskedFrom() {
    int session = first.register(udp(mine));
    assertThat(first.clients.ofSession(session)).isSameAs(first.clients.ofId(mine));
    assertThat(first.clients.ofSlot(Slots.slotOf(mine))).isSameAs(first.clients.ofId(mine));
  }

  @Test
  void shouldRefuteADoubtAboutAClientThatBeatsHere() {
    String id = "device";
    first.desk.connect(tcp(id), refused -> {});
    first.turn();
    List<VerdictEvent> said = new ArrayList<>();
    first.desk.onDoubt("n2", doubt(id, "SUSPECT"), said::add);
    first.turn();
    assertThat(said).singleElement().extracting(VerdictEvent::to).isEqualTo("ALIVE");
    assertThat(first.bus.asked).contains("n2 " + Desk.MOVED);
  }

  @Test
  void shouldNotRefuteWhatItDoesNotKnowBetter() {
    List<VerdictEvent> said = new ArrayList<>();
    first.desk.onDoubt("n2", doubt("stranger", "DEAD"), said::add);
    Connected connection = first.desk.connect(tcp("device"), refused -> {});
    first.turn();
    first.desk.onDoubt("n2", doubt("device", "LEFT"), said::add);
    connection.closed();
    first.turn();
    first.desk.onDoubt("n2", doubt("device", "DEAD"), said::add);
    first.turn();
    assertThat(said).isEmpty();
  }

  private static VerdictEvent doubt(String id, String to) {
    return new VerdictEvent(1, VerdictEvent.Kind.CLIENT, id, "ALIVE", to, "why", 4, 0);
  }
}
