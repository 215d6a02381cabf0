package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.idOf;
import static io.phial.node.runtime.Parts.record;
import static io.phial.node.runtime.Parts.tcp;
import static io.phial.node.runtime.Parts.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.node.ingress.ClientDesk.Connected;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerdictPublisherTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final RecordingStore store = new RecordingStore();
  private final Parts parts = new Parts("n1", store);
  private final View view = Parts.view("n1", "n2");
  private final String mine = idOf(view, "n1", 0);

  @BeforeEach
  void start() {
    parts.adopt(view);
    otherSays(true);
  }

  /** The other node says whether it has the client's connection. */
  private void otherSays(boolean connected) {
    RecordingBus other = new RecordingBus();
    Buffer answer = Buffer.buffer().appendByte((byte) (connected ? 1 : 0));
    other.serve(Desk.CONNECTED, request -> Future.succeededFuture(answer));
    other.serve(Desk.MOVED, request -> Future.succeededFuture(Buffer.buffer()));
    parts.bus.others.put("n2", other);
  }

  private Connected connect(ClientSpec spec) {
    Connected connection = parts.desk.connect(spec, refused -> {});
    parts.turn();
    return connection;
  }

  /** A named client whose connection closed, while its record names that node. */
  private void loseConnection(String home) {
    Connected connection = connect(tcp(mine));
    store.records.put(mine, record(tcp(mine), home, Verdict.ALIVE));
    connection.closed();
    parts.turn();
  }

  @Test
  void shouldPublishAndRecordAsLongAsTheClientLives() {
    parts.register(udp(mine));
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(store.records.get(mine).verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(store.records.get(mine).home()).isEqualTo("n1");

    for (int i = 0; i < 100 && parts.told(mine).size() == 1; i++) {
      parts.pass(Duration.ofMillis(100));
    }
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT");
    assertThat(store.records.get(mine).verdict()).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void shouldRemoveTheRecordOfTheDead() {
    parts.register(udp(mine));
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT", "SUSPECT DEAD");
    assertThat(store.records).isEmpty();
    assertThat(store.removed).containsExactly(mine);
  }

  @Test
  void shouldRemoveTheRecordOfOneThatLeft() {
    Connected connection = connect(tcp(mine));
    assertThat(store.records).containsKey(mine);
    connection.goodbye();
    parts.turn();
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE LEFT");
    assertThat(store.records).isEmpty();
  }

  @Test
  void shouldForgetAClientWhoseSlotIsNotMineAnyMore() {
    parts.register(udp(mine));
    parts.router.adopt(Parts.after(view, "n2"));
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
    assertThat(store.removed).isEmpty();
    assertThat(parts.count("phial.verdicts.fenced")).isEqualTo(1);
  }

  @Test
  void shouldNotDeclareAClientThatConnectedElsewhere() {
    loseConnection("n2");
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
  }

  @Test
  void shouldEndWithAGoodWordWhenASuspectConnectedElsewhere() {
    loseConnection("n1");
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT");
    store.records.put(mine, record(tcp(mine), "n2", Verdict.ALIVE));
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT", "SUSPECT ALIVE");
    assertThat(parts.events.get(2).reason()).contains("connected to another node");
    assertThat(parts.holds(mine)).isFalse();
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
  }

  @Test
  void shouldDeclareAClientWhoseHomeHasForgottenIt() {
    // Its home was held dead, came back and knows nothing of it.
    otherSays(false);
    loseConnection("n2");
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT", "SUSPECT DEAD");
  }

  @Test
  void shouldNotBelieveADeadConnectionWhenTheClientConnectedElsewhere() {
    connect(tcp(mine));
    store.records.put(mine, record(tcp(mine), "n2", Verdict.ALIVE));
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
  }

  @Test
  void shouldNotDeclareAClientThatANodeHasWhateverTheRecordSays() {
    // The claim of its new home was lost, or is late because the store hangs.
    parts.publisher.present(Set.of("n1", "n2"));
    loseConnection("n1");
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
  }

  @Test
  void shouldAskANodeAgainThatDidNotAnswer() {
    parts.publisher.present(Set.of("n1", "n2"));
    RecordingBus other = parts.bus.others.remove("n2");
    loseConnection("n1");
    parts.pass(Duration.ofMillis(1500));
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    parts.bus.others.put("n2", other);
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
  }

  @Test
  void shouldDeclareAClientWhoseRecordNamesANodeThatIsGone() {
    loseConnection("n9");
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE SUSPECT", "SUSPECT DEAD");
  }

  @Test
  void shouldAskAgainBeforeItPublishesWhileTheStoreIsAway() {
    Connected connection = connect(tcp(mine));
    store.away = true;
    connection.closed();
    parts.pass(Duration.ofMillis(2500));
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    store.away = false;
    store.records.put(mine, record(tcp(mine), "n2", Verdict.ALIVE));
    parts.pass(LONG);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.holds(mine)).isFalse();
  }

  @Test
  void shouldPublishWhenTheStoreStaysAway() {
    Connected connection = connect(tcp(mine));
    store.away = true;
    connection.closed();
    parts.pass(LONG);
    assertThat(parts.told(mine)).hasSizeGreaterThan(1).last().asString().endsWith(" DEAD");
  }

  @Test
  void shouldNotPublishADoubtThatIsGoneBeforeTheAnswer() {
    Connected connection = connect(tcp(mine));
    store.holding = true;
    connection.closed();
    parts.turn();
    assertThat(parts.verdict(mine)).isEqualTo(Verdict.SUSPECT);
    connect(tcp(mine));
    store.answer();
    parts.turn();
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    assertThat(parts.clients.ofId(mine).asking()).isEmpty();
  }

  @Test
  void shouldPublishWhatIsTrueWhenTheAnswerComes() {
    Connected connection = connect(tcp(mine));
    store.holding = true;
    connection.closed();
    parts.turn();
    parts.pass(Duration.ofSeconds(10));
    assertThat(parts.verdict(mine)).isEqualTo(Verdict.DEAD);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
    store.answer();
    parts.turn();
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE", "ALIVE DEAD");
    assertThat(store.records).isEmpty();
  }

  @Test
  void shouldDeclareAnAnonymousClientAtOnceAndRecordNothing() {
    ClientSpec spec = new ClientSpec("tcp:127.0.0.1:9", 0, 0, Transport.TCP, 0, true);
    Connected connection = connect(spec);
    store.holding = true;
    connection.closed();
    parts.turn();
    assertThat(parts.told(spec.id())).containsExactly("UNKNOWN ALIVE", "ALIVE DEAD");
    assertThat(store.records).isEmpty();
  }
}
