package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.after;
import static io.phial.node.runtime.Parts.idOf;
import static io.phial.node.runtime.Parts.record;
import static io.phial.node.runtime.Parts.tcp;
import static io.phial.node.runtime.Parts.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Verdict;
import io.phial.node.ingress.ClientDesk.Connected;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TakeoverTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final RecordingStore store = new RecordingStore();
  private final Parts parts = new Parts("n1", store);
  private final View both = Parts.view("n1", "n2");
  private final View alone = after(both, "n1");
  private final String mine = idOf(both, "n1", 0);
  private final String theirs = idOf(both, "n2", 0);

  private void keep(ClientSpec spec, String home, Verdict verdict) {
    store.records.put(spec.id(), record(spec, home, verdict));
  }

  private void begin(View view) {
    parts.adopt(view);
    parts.timers.clear();
  }

  /** The last timer runs. */
  private void fire() {
    parts.timers.removeLast().task().run();
    parts.turn();
  }

  @Test
  void shouldDropTheClientsOfLostSlotsWithoutAWord() {
    parts.adopt(Parts.view("n1"));
    parts.register(udp(mine));
    parts.register(udp(theirs));
    Connected connection = parts.desk.connect(tcp(idOf(both, "n2", 1)), refused -> {});
    parts.turn();
    parts.events.clear();

    parts.adopt(after(parts.router.view(), "n1", "n2"));
    assertThat(parts.holds(mine)).isTrue();
    assertThat(parts.holds(theirs)).isFalse();
    assertThat(parts.holds(idOf(both, "n2", 1))).as("judged where its connection is").isTrue();
    assertThat(store.records).containsKeys(mine, theirs);
    assertThat(parts.events).isEmpty();
    connection.dropped();
  }

  @Test
  void shouldRestoreTheClientsOfGainedSlotsAsUnknown() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    parts.adopt(alone);
    assertThat(parts.verdict(theirs)).isEqualTo(Verdict.UNKNOWN);
    assertThat(parts.told(theirs)).containsExactly("ALIVE UNKNOWN");
    assertThat(store.records.get(theirs).home()).isEqualTo("n1");
    int session = store.records.get(theirs).spec().session();
    assertThat(parts.datagramBeat(session, 7)).isTrue();
    parts.turn();
    assertThat(parts.told(theirs)).containsExactly("ALIVE UNKNOWN", "UNKNOWN ALIVE");
  }

  @Test
  void shouldGiveAFullGraceBeforeItJudgesTheTakenOver() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.SUSPECT);
    parts.adopt(alone);
    parts.pass(Duration.ofMillis(3900));
    assertThat(parts.told(theirs)).containsExactly("SUSPECT UNKNOWN");
    parts.pass(LONG);
    assertThat(parts.told(theirs))
        .containsExactly("SUSPECT UNKNOWN", "UNKNOWN SUSPECT", "SUSPECT DEAD");
  }

  @Test
  void shouldSayThatItNeverHeardTheTakenOverWhomItCallsDead() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    parts.register(udp(mine));
    parts.adopt(alone);
    parts.pass(LONG);
    assertThat(parts.told(mine)).endsWith("SUSPECT DEAD");
    assertThat(parts.told(theirs)).endsWith("SUSPECT DEAD");
    assertThat(parts.guessed).containsExactly(theirs + " SUSPECT", theirs + " DEAD");
  }

  @Test
  void shouldBeSureOfATakenOverClientThatItHasHeard() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    parts.adopt(alone);
    int session = store.records.get(theirs).spec().session();
    assertThat(parts.datagramBeat(session, 7)).isTrue();
    parts.turn();
    parts.pass(LONG);
    assertThat(parts.told(theirs)).endsWith("SUSPECT DEAD");
    assertThat(parts.guessed).isEmpty();
  }

  @Test
  void shouldKeepTheVerdictsOfTheDeadAndTheLeftAndPassOverTheForeign() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.DEAD);
    String left = idOf(both, "n2", 1);
    keep(udp(left), "n2", Verdict.LEFT);
    keep(tcp(idOf(both, "n2", 2)), "n3", Verdict.ALIVE);
    parts.adopt(alone);
    assertThat(parts.events).isEmpty();
    assertThat(parts.holds(theirs)).isTrue();
    assertThat(parts.holds(left)).isTrue();
    assertThat(store.removed).as("the store keeps only the living").contains(theirs, left);
    assertThat(parts.holds(idOf(both, "n2", 2))).as("its home lives").isFalse();
  }

  @Test
  void shouldLeaveAClientAloneThatIsHereAlready() {
    begin(both);
    keep(tcp(mine), "n2", Verdict.ALIVE);
    parts.desk.connect(tcp(mine), refused -> {});
    parts.turn();
    keep(tcp(mine), "n2", Verdict.ALIVE);
    parts.adopt(alone);
    assertThat(parts.told(mine)).containsExactly("UNKNOWN ALIVE");
  }

  @Test
  void shouldTakeOverTheConnectionsOfADeadNodeAndKeepItsNameInTheRecord() {
    begin(both);
    keep(tcp(mine), "n2", Verdict.ALIVE);
    parts.adopt(alone);
    assertThat(parts.told(mine)).containsExactly("ALIVE UNKNOWN");
    assertThat(store.records.get(mine).home()).isEqualTo("n2");
    assertThat(parts.timers).singleElement().extracting(Parts.Timer::millis).isEqualTo(2000L);

    fire();
    assertThat(parts.holds(mine)).as("it named no other home").isTrue();
    assertThat(store.records.get(mine).home()).as("claimed by now").isEqualTo("n1");
    parts.pass(LONG);
    assertThat(parts.told(mine))
        .containsExactly("ALIVE UNKNOWN", "UNKNOWN SUSPECT", "SUSPECT DEAD");
  }

  @Test
  void shouldReleaseAConnectionsClientWhoseRecordNamesAnotherHome() {
    View three = Parts.view("n1", "n2", "n3");
    String moving = idOf(after(three, "n1", "n3"), "n1", 0);
    begin(three);
    keep(tcp(moving), "n2", Verdict.ALIVE);
    parts.adopt(after(three, "n1", "n3"));
    assertThat(parts.verdict(moving)).isEqualTo(Verdict.UNKNOWN);

    keep(tcp(moving), "n3", Verdict.ALIVE);
    fire();
    assertThat(parts.holds(moving)).isFalse();
    assertThat(parts.told(moving)).containsExactly("ALIVE UNKNOWN", "UNKNOWN ALIVE");
    assertThat(store.records.get(moving).home()).isEqualTo("n3");
  }

  @Test
  void shouldKeepAClientThatCameBackToThisVeryNode() {
    begin(both);
    keep(tcp(mine), "n2", Verdict.ALIVE);
    parts.adopt(alone);
    parts.desk.connect(tcp(mine), refused -> {});
    parts.turn();
    fire();
    assertThat(parts.verdict(mine)).isEqualTo(Verdict.ALIVE);
    assertThat(store.records.get(mine).home()).isEqualTo("n1");
  }

  @Test
  void shouldAskAgainUntilTheStoreAnswers() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    store.away = true;
    parts.adopt(alone);
    assertThat(parts.timers).singleElement().extracting(Parts.Timer::millis).isEqualTo(500L);
    fire();
    assertThat(parts.timers).hasSize(1);
    assertThat(parts.holds(theirs)).isFalse();

    store.away = false;
    fire();
    assertThat(parts.verdict(theirs)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldNotRestoreWhatANewerViewTookAway() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    store.holding = true;
    parts.adopt(alone);
    parts.router.adopt(after(alone, "n1", "n2"));
    store.answer();
    parts.turn();
    assertThat(parts.holds(theirs)).isFalse();
    assertThat(parts.events).isEmpty();
  }

  @Test
  void shouldCallNoSessionUnknownWhileItLoads() {
    begin(both);
    keep(udp(theirs), "n2", Verdict.ALIVE);
    ClientRecord kept = store.records.get(theirs);
    int session = kept.spec().session();
    store.holding = true;
    parts.adopt(alone);
    parts.datagramBeat(session, 1);
    parts.turn();
    assertThat(parts.datagramBeat(session, 2)).isTrue();
    store.answer();
    parts.turn();
    parts.datagramBeat(session + 4096, 1);
    parts.turn();
    assertThat(parts.datagramBeat(session, 3)).isTrue();
    assertThat(parts.datagramBeat(session + 4096, 2)).as("a stranger").isFalse();
  }

  @Test
  void shouldLoadItsOwnConnectionsWhenItRestarted() {
    keep(tcp(theirs), "n1", Verdict.ALIVE);
    keep(udp(mine), "n1", Verdict.ALIVE);
    keep(udp(idOf(both, "n2", 1)), "n2", Verdict.ALIVE);
    begin(both);
    assertThat(parts.told(theirs)).containsExactly("ALIVE UNKNOWN");
    assertThat(parts.told(mine)).containsExactly("ALIVE UNKNOWN");
    assertThat(parts.events).hasSize(2);
  }

  @Test
  void shouldTakeUpNothingFromAViewThatLeavesItOut() {
    begin(both);
    parts.takeover.forgetAll();
    keep(tcp(theirs), "n1", Verdict.ALIVE);
    parts.adopt(after(both, "n2"));
    assertThat(parts.holds(theirs)).isFalse();
    assertThat(parts.events).isEmpty();
    parts.adopt(after(parts.router.view(), "n1", "n2"));
    assertThat(parts.holds(theirs)).isTrue();
  }

  @Test
  void shouldForgetAllWithoutAWordWhenAViewLeavesThisNodeOut() {
    begin(both);
    parts.register(udp(mine));
    parts.desk.connect(tcp(theirs), refused -> {});
    parts.turn();
    parts.events.clear();
    parts.adopt(after(both, "n2"));
    assertThat(parts.holds(mine)).isFalse();
    assertThat(parts.holds(theirs)).isFalse();
    assertThat(parts.clients.ofId(theirs).connections()).isEmpty();
    assertThat(parts.events).isEmpty();
  }

  @Test
  void shouldLoadItsSlotsAgainWhenItForgotThemAndMissedTheViewWithoutIt() {
    begin(both);
    parts.register(udp(mine));
    // It was declared dead; meanwhile n2 judged, and then the slots came back.
    parts.takeover.forgetAll();
    parts.turn();
    keep(udp(mine), "n2", Verdict.UNKNOWN);
    keep(tcp(theirs), "n1", Verdict.ALIVE);
    parts.adopt(after(after(both, "n2"), "n1", "n2"));
    assertThat(parts.verdict(mine)).isEqualTo(Verdict.UNKNOWN);
    assertThat(parts.verdict(theirs)).as("its connection was here").isEqualTo(Verdict.UNKNOWN);
    parts.pass(LONG);
    assertThat(parts.verdict(mine)).isEqualTo(Verdict.DEAD);
    assertThat(parts.verdict(theirs)).isEqualTo(Verdict.DEAD);
  }
}
