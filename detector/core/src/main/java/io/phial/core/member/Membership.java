package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Rumour;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The gossip membership of one node: a deterministic state machine. Not thread-safe.
 *
 * <p>Inputs are frames, probe results, lost connections and ticks, each with the time of a
 * monotonic clock; outputs go to the {@link MemberOutbox}. The same inputs give the same outputs.
 * {@code docs/membership.md} tells the whole story.
 */
public final class Membership {
  private static final int GREETINGS_MAX = 16;

  private final MemberOptions options;
  private final RandomGenerator random;
  private final Roster roster;
  private final Voice voice;
  private final LocalHealth health;
  private final Judge judge;
  private final News news;
  private final Pulse pulse;
  private List<Endpoint> seeds = List.of();
  private boolean running;
  private boolean left;
  private long lastInputNanos;
  private long joinNanos;
  private long joinPauseNanos;
  private long syncNanos;
  private long reprobeNanos;
  private int greetings;

  /** Creates it; starts nothing and sends nothing. */
  public Membership(
      MemberOptions options,
      NodeInfo self,
      long incarnation,
      RandomGenerator random,
      MemberOutbox outbox) {
    if (incarnation < 0) {
      throw new IllegalArgumentException("incarnation must be 0 or more, was " + incarnation);
    }
    this.options = options;
    this.random = random;
    roster = new Roster(options, self, outbox);
    voice = new Voice(self, incarnation, roster, random, outbox);
    health = new LocalHealth(options, roster);
    judge = new Judge(options, roster, voice, health, outbox);
    news = new News(options, roster, voice, judge, outbox);
    pulse = new Pulse(options, roster, voice);
  }

  /** Begins to join by the given seeds (own address among them is ignored). */
  public void start(Collection<Endpoint> seeds, long nowNanos) {
    start(seeds, false, nowNanos);
  }

  /**
   * Begins to join by the given seeds.
   *
   * @param more others are expected although their addresses are not known yet, so this node does
   *     not take itself for the only one; {@link #seeds} follows
   */
  public void start(Collection<Endpoint> seeds, boolean more, long nowNanos) {
    seeds(seeds);
    running = true;
    lastInputNanos = nowNanos;
    health.start(this.seeds.isEmpty() && !more, nowNanos);
    voice.health(health.ill().code);
    pulse.start(nowNanos + random.nextLong(options.intervalNanos()));
    joinNanos = nowNanos;
    joinPauseNanos = options.intervalNanos();
    syncNanos = nowNanos + 5 * options.intervalNanos() + random.nextLong(options.syncNanos() / 8);
    reprobeNanos = nowNanos + options.reprobeNanos();
    join(nowNanos);
  }

  /** Other seeds from now on (own address among them is ignored): their names mean others now. */
  public void seeds(Collection<Endpoint> now) {
    List<Endpoint> others = new ArrayList<>(now);
    others.removeIf(seed -> seed.equals(voice.self().gossip()));
    seeds = List.copyOf(others);
  }

  /** Takes a frame that passed the seal. */
  public void onFrame(Endpoint from, Frame frame, long nowNanos) {
    if (!running || !(frame instanceof Frame.Spoken spoken)) {
      return;
    }
    advance(nowNanos);
    Frame.Speaker by = spoken.from();
    if (by.id().equals(voice.self().id())) {
      return;
    }
    if (frame instanceof Frame.Join join) {
      onJoin(from, join, nowNanos);
      return;
    }
    if (frame instanceof Frame.JoinReply reply) {
      onStates(by, reply.states(), nowNanos);
    } else if (frame instanceof Frame.Sync sync) {
      onStates(by, sync.states(), nowNanos);
    }
    Peer peer = recognise(from, by, nowNanos);
    if (peer != null) {
      onSpoken(peer, from, spoken, nowNanos);
    }
  }

  private void onJoin(Endpoint from, Frame.Join join, long nowNanos) {
    Frame.Speaker by = join.from();
    Peer peer = news.onJoin(join.node(), by.birth(), by.incarnation(), nowNanos);
    voice.reply(peer == null ? from : peer.node.gossip(), by.id());
    roster.observe(nowNanos);
  }

  private void onStates(Frame.Speaker by, List<NodeState> states, long nowNanos) {
    for (NodeState state : states) {
      news.onState(by, state, nowNanos);
    }
    roster.observe(nowNanos);
  }

  /** The row of who speaks, brought up to date; null when it must not be listened to now. */
  private @Nullable Peer recognise(Endpoint from, Frame.Speaker by, long nowNanos) {
    Peer peer = roster.get(by.id());
    if (peer == null) {
      greet(from);
      return null;
    }
    if (by.incarnation() < peer.incarnation && by.birth() < peer.birth) {
      // An earlier process of this name, or one whose clock went back.
      voice.tell(from, new Rumour.Alive(peer.node, peer.birth, peer.incarnation));
      return null;
    }
    if (by.birth() > peer.birth) {
      // A new process of this name; its own introduction tells where it is reached.
      greet(from);
      return null;
    }
    news.onAlive(peer.node, by.birth(), by.incarnation(), nowNanos);
    if (peer.isGone()) {
      tellOff(peer, from, nowNanos);
      return null;
    }
    peer.heard = true;
    peer.heardNanos = nowNanos;
    return peer;
  }

  /** Makes this node known to a stranger, which answers with its roster. */
  private void greet(Endpoint to) {
    if (greetings < GREETINGS_MAX) {
      greetings++;
      voice.send(to, new Frame.Join(voice.speaker(), voice.self()));
    }
  }

  /** Someone held gone speaks: it is told at once, and can return. */
  private void tellOff(Peer peer, Endpoint to, long nowNanos) {
    if (!peer.told || nowNanos - peer.toldNanos >= options.intervalNanos() / 2) {
      peer.told = true;
      peer.toldNanos = nowNanos;
      voice.tell(to, News.gone(peer));
    }
  }

  private void onSpoken(Peer peer, Endpoint from, Frame.Spoken frame, long nowNanos) {
    if (frame instanceof Frame.Beat beat) {
      onBeat(peer, from, beat, nowNanos);
    } else if (frame instanceof Frame.Echo echo) {
      peer.health = echo.health();
      pulse.onEcho(peer, echo.echoSequence(), echo.echoHoldNanos(), nowNanos);
    } else if (frame instanceof Frame.Gossip gossip) {
      peer.health = gossip.health();
    } else if (frame instanceof Frame.Sync sync && sync.answer()) {
      voice.sync(peer.node.gossip(), false);
    } else if (frame instanceof Frame.Leave) {
      onLeave(peer, nowNanos);
    }
    if (frame instanceof Frame.Gossiping gossiping) {
      for (Rumour rumour : gossiping.rumours()) {
        news.onRumour(frame.from(), from, rumour, nowNanos);
      }
      roster.observe(nowNanos);
    }
  }

  private void onBeat(Peer peer, Endpoint from, Frame.Beat beat, long nowNanos) {
    peer.health = beat.health();
    pulse.onEcho(peer, beat.echoSequence(), beat.echoHoldNanos(), nowNanos);
    if (beat.sequence() <= peer.sequence) {
      return;
    }
    long silence = peer.silenceNanos(nowNanos);
    boolean learn = peer.state == MemberState.ALIVE && peer.phi(nowNanos) < options.suspectPhi();
    peer.onBeat(beat.sequence(), nowNanos, learn, health.isDraining(nowNanos));
    pulse.echo(peer);
    news.tellEpitaph(peer);
    if (!peer.observed) {
      return;
    }
    judge.withdraw(peer);
    if (peer.state == MemberState.UNREACHABLE) {
      // It tells everybody that it is back, those too who do not observe it.
      voice.tell(from, News.gone(peer));
    }
    if (peer.state != MemberState.ALIVE) {
      String reason = Reasons.beatsAgain(silence);
      roster.move(peer, MemberState.ALIVE, peer.phi(nowNanos), reason, nowNanos);
    }
  }

  private void onLeave(Peer peer, long nowNanos) {
    roster.move(peer, MemberState.LEFT, 0, Reasons.goodbye(), nowNanos);
    voice.passOn(News.gone(peer));
    roster.observe(nowNanos);
  }

  /** Takes the result of a probe. */
  public void onProbe(String nodeId, ProbeResult result, long nowNanos) {
    if (!running) {
      return;
    }
    advance(nowNanos);
    Peer peer = roster.get(nodeId);
    if (peer == null || peer.isGone() || !peer.observed) {
      return;
    }
    if (result == ProbeResult.ACCEPTED) {
      onAccepted(peer, nowNanos);
    } else if (result == ProbeResult.REFUSED && mayAccuseOfRefusal()) {
      judge.onRefused(peer, nowNanos);
      roster.observe(nowNanos);
    }
  }

  private boolean mayAccuseOfRefusal() {
    // A refusal is an answer: being deaf or lossy does not make it doubtful, having stalled does.
    LocalHealth.Ill ill = health.ill();
    return ill != LocalHealth.Ill.STARTING && ill != LocalHealth.Ill.RECOVERING;
  }

  private void onAccepted(Peer peer, long nowNanos) {
    Vote own = peer.votes.get(voice.self().id());
    if (own != null && own.isRefused()) {
      judge.withdraw(peer);
      judge.judge(peer, nowNanos);
    }
  }

  /** The connection kept open to an observed node was reset or closed. A hint, never proof. */
  public void onConnectionLost(String nodeId, long nowNanos) {
    if (!running) {
      return;
    }
    advance(nowNanos);
    Peer peer = roster.get(nodeId);
    if (peer == null || peer.isGone() || !peer.observed) {
      return;
    }
    judge.probe(peer, nowNanos);
    judge.toOtherObservers(
        peer, new Rumour.ProbeRequest(peer.id(), peer.incarnation, voice.self().id()));
  }

  /** Does what is due. Call every {@link MemberOptions#tickNanos}. */
  public void onTick(long nowNanos) {
    if (!running) {
      return;
    }
    advance(nowNanos);
    greetings = 0;
    roster.observe(nowNanos);
    health.update(pulse.nextSequence(), nowNanos);
    voice.health(health.ill().code);
    for (Peer peer : List.copyOf(roster.peers())) {
      judge.judge(peer, nowNanos);
    }
    roster.observe(nowNanos);
    pulse.beat(nowNanos);
    join(nowNanos);
    reprobe(nowNanos);
    sync(nowNanos);
  }

  /** Notices when this node itself stood still since its last input. */
  private void advance(long nowNanos) {
    long gap = nowNanos - lastInputNanos;
    lastInputNanos = nowNanos;
    if (gap > options.stallNanos()) {
      health.recover(pulse.nextSequence(), nowNanos);
      voice.health(health.ill().code);
      for (Peer peer : roster.peers()) {
        peer.shift(gap - options.tickNanos());
        peer.votes.clear();
        peer.accused = false;
      }
    } else if (gap > options.intervalNanos()) {
      health.hiccup(nowNanos);
    }
  }

  /** Alone, it tries all seeds, less and less often. */
  private void join(long nowNanos) {
    if (roster.expected() > 1 || nowNanos - joinNanos < 0) {
      return;
    }
    joinNanos = nowNanos + joinPauseNanos;
    joinPauseNanos = Math.min(joinPauseNanos * 3 / 2, 12 * options.intervalNanos());
    for (Endpoint seed : seeds) {
      voice.send(seed, new Frame.Join(voice.speaker(), voice.self()));
    }
  }

  /** Now and then tries one seed that is no member and one node that is DEAD: partitions heal. */
  private void reprobe(long nowNanos) {
    if (nowNanos - reprobeNanos < 0) {
      return;
    }
    reprobeNanos = nowNanos + options.reprobeNanos();
    roster.forget(nowNanos);
    List<Endpoint> missing = new ArrayList<>();
    List<Endpoint> absentSeeds = new ArrayList<>(seeds);
    for (Peer peer : roster.peers()) {
      if (peer.state == MemberState.DEAD) {
        missing.add(peer.node.gossip());
      }
      absentSeeds.remove(peer.node.gossip());
    }
    sendJoin(missing);
    sendJoin(absentSeeds);
  }

  private void sendJoin(List<Endpoint> candidates) {
    if (!candidates.isEmpty()) {
      Endpoint to = candidates.get(random.nextInt(candidates.size()));
      voice.send(to, new Frame.Join(voice.speaker(), voice.self()));
    }
  }

  /** Now and then exchanges everything with a random node. */
  private void sync(long nowNanos) {
    if (nowNanos - syncNanos < 0) {
      return;
    }
    long spread = options.syncNanos() / 4;
    syncNanos = nowNanos + options.syncNanos() - spread / 2 + random.nextLong(spread);
    List<Peer> alive = new ArrayList<>();
    for (Peer peer : roster.peers()) {
      if (peer.state == MemberState.ALIVE) {
        alive.add(peer);
      }
    }
    if (!alive.isEmpty()) {
      voice.sync(alive.get(random.nextInt(alive.size())).node.gossip(), true);
    }
  }

  /** Says goodbye to everyone; afterwards it is silent. */
  public void leave(long nowNanos) {
    if (!running) {
      return;
    }
    for (Peer peer : roster.peers()) {
      if (!peer.isGone()) {
        voice.send(peer.node.gossip(), new Frame.Leave(voice.speaker()));
      }
    }
    running = false;
    left = true;
  }

  /** Every node known, itself included, sorted by id. */
  public List<Member> members(long nowNanos) {
    List<Member> members = new ArrayList<>();
    members.add(
        new Member(
            voice.self(),
            voice.incarnation(),
            left ? MemberState.LEFT : MemberState.ALIVE,
            0,
            0,
            0,
            false,
            "this node" + (isImpaired() ? ", impaired: " + health.ill() : "")));
    for (Peer peer : roster.peers()) {
      members.add(
          new Member(
              peer.node,
              peer.incarnation,
              peer.state,
              peer.observed ? peer.phi(nowNanos) : peer.fusedPhi,
              peer.heard ? nowNanos - peer.heardNanos : -1,
              peer.roundTripNanos,
              peer.observed,
              peer.reason));
    }
    members.sort(Comparator.comparing(member -> member.node().id()));
    return members;
  }

  /** This node's incarnation; grows when it refutes. */
  public long incarnation() {
    return voice.incarnation();
  }

  /** True while this node must not accuse anyone: starting, just stalled, or hearing nobody. */
  public boolean isImpaired() {
    return health.isImpaired();
  }

  /** True when a majority of the known roster is in reach. */
  public boolean hasMajority() {
    return roster.hasMajority(lastInputNanos);
  }

  /** How many nodes were not taken in because the roster was full. */
  public long turnedAway() {
    return roster.turnedAway();
  }
}
