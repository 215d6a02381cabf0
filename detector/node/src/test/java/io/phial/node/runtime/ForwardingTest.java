package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.idOf;
import static io.phial.node.runtime.Parts.node;
import static io.phial.node.runtime.Parts.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.ForwardedBeats;
import io.phial.core.wire.ForwardedWord;
import io.phial.core.wire.UnknownSessions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beats that arrive at one node and belong to another: both ends. */
class ForwardingTest {
  private static final Endpoint FROM = node("n1").gossip();

  private final RecordingStore store = new RecordingStore();
  private final Parts ingress = new Parts("n1", store);
  private final Parts owner = new Parts("n2", store);
  private final View view = Parts.view("n1", "n2");
  private final String id = idOf(view, "n2", 0);

  @BeforeEach
  void start() {
    ingress.adopt(view);
    owner.adopt(view);
  }

  private ForwardedBeats gathered() {
    ingress.forwarder.flush();
    Parts.Sent sent = ingress.frames.remove(0);
    assertThat(sent.to()).isEqualTo(node("n2").gossip());
    return (ForwardedBeats) sent.frame();
  }

  @Test
  void shouldGatherBeatsUntilTheFlush() {
    int session = owner.register(udp(id));
    assertThat(ingress.datagramBeat(session, 70_000)).isTrue();
    ingress.datagramGoodbye(session, 2);
    assertThat(ingress.frames).isEmpty();

    ForwardedBeats beats = gathered();
    assertThat(beats.sender()).isEqualTo("n1");
    assertThat(beats.sessions()).containsExactly(session, session);
    assertThat(beats.sequences()).containsExactly((char) 70_000, (char) 2);
    assertThat(beats.goodbyes()).containsExactly(false, true);
    assertThat(ingress.count("phial.forwarded.beats")).isEqualTo(2);

    ingress.forwarder.flush();
    assertThat(ingress.frames).isEmpty();
  }

  @Test
  void shouldSendAFullBatchAtOnce() {
    for (int i = 0; i < ForwardedBeats.BEATS_MAX + 1; i++) {
      ingress.datagramBeat(Slots.slotOf(id) | i << 12, i);
    }
    assertThat(ingress.frames).hasSize(1);
    assertThat(gathered().count()).isEqualTo(ForwardedBeats.BEATS_MAX);
    assertThat(gathered().count()).isEqualTo(1);
  }

  @Test
  void shouldDropAndCountBeatsForANodeThatDoesNotAnswer() {
    ingress.forwarder.reachable(Set.of("n1"));
    ingress.datagramBeat(Slots.slotOf(id) | 1 << 12, 1);
    ingress.forwarder.flush();
    assertThat(ingress.frames).isEmpty();
    assertThat(ingress.count("phial.forwarded.unreachable")).isEqualTo(1);
    assertThat(ingress.count("phial.forwarded.beats")).isZero();
  }

  @Test
  void shouldForgetNodesWithoutTraffic() {
    ingress.datagramBeat(Slots.slotOf(id) | 1 << 12, 1);
    for (int i = 0; i < 1200; i++) {
      ingress.forwarder.flush();
    }
    ingress.datagramBeat(Slots.slotOf(id) | 1 << 12, 2);
    gathered();
    assertThat(gathered().sequences()).containsExactly((char) 2);
  }

  @Test
  void shouldBringForwardedBeatsToTheirShards() {
    String other = idOf(view, "n2", 1);
    int session = owner.register(udp(id));
    int second = owner.register(udp(other));
    owner.pass(Duration.ofMillis(900));
    ingress.datagramBeat(session, 1);
    ingress.datagramGoodbye(second, 1);
    owner.relay.onFrame(FROM, gathered());
    owner.turn();
    assertThat(owner.verdict(id)).isEqualTo(Verdict.ALIVE);
    assertThat(owner.verdict(other)).isEqualTo(Verdict.LEFT);
    assertThat(owner.frames).isEmpty();
    assertThat(owner.clients.ofId(id).shard().snapshot(rowOf(id), owner.nowNanos).beats())
        .isEqualTo(1);
  }

  @Test
  void shouldKeepTheNewestWordAndRefuseItsReplay() {
    int session = owner.register(udp(id));
    owner.datagramWord(session, 1, "one");
    owner.turn();
    assertThat(word()).isEqualTo("one");
    ingress.datagramWord(session, 2, "two");
    ForwardedWord forwarded = (ForwardedWord) ingress.frames.remove(0).frame();
    owner.relay.onFrame(FROM, forwarded);
    owner.turn();
    assertThat(word()).isEqualTo("two");

    owner.datagramWord(session, 1, "one");
    owner.relay.onFrame(FROM, forwarded);
    owner.turn();
    assertThat(word()).isEqualTo("two");
    assertThat(owner.clients.ofId(id).shard().snapshot(rowOf(id), owner.nowNanos).beats())
        .isEqualTo(2);
  }

  private String word() {
    return new String(
        java.util.Objects.requireNonNull(owner.clients.ofId(id).words().of(id)).payload(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellTheSenderOfAWordOfAnUnknownSession() {
    int session = Slots.slotOf(id) | 78 << 12;
    ingress.datagramWord(session, 1, "x");
    owner.relay.onFrame(FROM, ingress.frames.remove(0).frame());
    owner.turn();
    assertThat(owner.frames.remove(0).frame())
        .isEqualTo(new UnknownSessions("n2", new int[] {session}));
  }

  private int rowOf(String client) {
    return owner.clients.ofId(client).shard().rowOf(client);
  }

  @Test
  void shouldTellTheSenderOfUnknownSessionsSoThatTheClientRegistersAgain() {
    int session = Slots.slotOf(id) | 77 << 12;
    assertThat(ingress.datagramBeat(session, 1)).isTrue();
    owner.relay.onFrame(FROM, gathered());
    owner.turn();
    Parts.Sent answer = owner.frames.remove(0);
    assertThat(answer.to()).isEqualTo(FROM);
    assertThat(answer.frame()).isEqualTo(new UnknownSessions("n2", new int[] {session}));

    ingress.relay.onFrame(node("n2").gossip(), answer.frame());
    assertThat(ingress.datagramBeat(session, 2)).isFalse();
  }

  @Test
  void shouldPassOverBeatsOfSlotsThatAreNotItsOwn() {
    String foreign = idOf(view, "n1", 0);
    int session = Slots.slotOf(foreign) | 77 << 12;
    ForwardedBeats misled =
        new ForwardedBeats("n1", new int[] {session}, new char[] {1}, new boolean[] {false});
    owner.relay.onFrame(FROM, misled);
    owner.turn();
    assertThat(owner.frames).isEmpty();
    assertThat(owner.count("phial.forwarded.misrouted")).isEqualTo(1);
  }

  @Test
  void shouldDropBeatsBeforeTheFirstView() {
    Parts young = new Parts("n3", store);
    assertThat(young.datagramBeat(1 << 12, 1)).isTrue();
    young.forwarder.flush();
    young.turn();
    assertThat(young.frames).isEmpty();
  }
}
