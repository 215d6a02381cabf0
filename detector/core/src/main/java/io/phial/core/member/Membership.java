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
  private static final int CALLS_MAX = 16;

  private final MemberOptions options;
  private final RandomGenerator random;
  private final Roster roster;
  private final Voice voice;
  private final Duties duties;
  private final LocalHealth health;
  private final RollCall rollCall;
  private final Reach reach;
  private final Judge judge;
  private final FrailJudge frailJudge;
  private final News news;
  private final Pulse pulse;
  private final AntiEntropy antiEntropy;
  private List<Endpoint> seeds = List.of();
  private boolean running;
  private boolean left;
  private long lastInputNanos;
  private long joinNanos;
  private long joinPauseNanos;
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
    roster = new Roster(options, self, incarnation, outbox);
    duties = new Duties(options, roster, outbox);
    voice = new Voice(options, self, incarnation, roster, random, outbox);
    health = new LocalHealth(options, duties);
    rollCall = new RollCall(options, roster, voice, random);
    reach = new Reach(options, roster, rollCall);
    judge = new Judge(options, roster, voice, health, reach, outbox);
    frailJudge = new FrailJudge(options, roster, voice, health, judge);
    news = new News(options, roster, voice, judge, frailJudge, outbox);
    pulse = new Pulse(options, roster, duties, voice, health);
    antiEntropy = new AntiEntropy(options, roster, voice, random);
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
    antiEntropy.start(nowNanos);
    reprobeNanos = nowNanos + options.reprobeNanos();
    join(nowNanos);
  }

  /** Other seeds from now on (own address among them is ignored): their names mean others now. */
  public void seeds(Collection<Endpoint> now) {
    List<Endpoint> others = new ArrayList<>(now);
    others.removeIf(seed -> seed.equals(voice.self().gossip()));
    seeds = List.copyOf(others);
  }

  /** Takes a frame that passed the seal; those of other parts of the node are ignored. */
  public void onFrame(Endpoint from, Frame frame, long nowNanos) {
    if (!running) {
      return;
    }
    advance(nowNanos);
    if (frame instanceof Frame.ShortBeat shortBeat) {
      Frame.Beat beat = pulse.expand(shortBeat);
      if (beat == null) {
        greet(from);
      } else {
        onSpoken(from, beat, shortBeat.wanted(), nowNanos);
      }
    } else if (frame instanceof Frame.Spoken spoken) {
      onSpoken(from, spoken, frame instanceof Frame.Beat, nowNanos);
    }
    voice.flush(nowNanos);
  }

  private void onSpoken(Endpoint from, Frame.Spoken frame, boolean echoWanted, long nowNanos) {
    Frame.Speaker by = frame.from();
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
    if (peer == null) {
      return;
    }
    if (peer.state == MemberState.UNREACHABLE && !peer.observed && !peer.isFrailOnly()) {
      // Its observers may have changed their minds unheard; its own word settles it.
      tellOff(peer, from, nowNanos);
    }
    if (frame instanceof Frame.Beat beat) {
      onBeat(peer, from, beat, echoWanted, nowNanos);
    } else {
      onOther(peer, frame, nowNanos);
    }
    if (frame instanceof Frame.Gossiping gossiping && !gossiping.rumours().isEmpty()) {
      for (Rumour rumour : gossiping.rumours()) {
        news.onRumour(by, from, rumour, nowNanos);
      }
      duties.update(nowNanos);
    }
  }

  private void onJoin(Endpoint from, Frame.Join join, long nowNanos) {
    Frame.Speaker by = join.from();
    Peer known = roster.get(by.id());
    boolean stranger = known == null || by.birth() > known.birth;
    Peer peer = news.onJoin(join.node(), by.birth(), by.incarnation(), nowNanos);
    if (peer != null && peer.watch != null) {
      // It asks because it knows nobody, or does not know this node's short name.
      peer.watch.acquainted = false;
      peer.watch.introducedSequence = -1;
    }
    if (stranger || peer == null) {
      voice.reply(peer == null ? from : peer.node.gossip(), by.id());
    } else {
      voice.replyShort(peer.node.gossip(), peer);
    }
    duties.update(nowNanos);
  }

  private void onStates(Frame.Speaker by, List<NodeState> states, long nowNanos) {
    long before = antiEntropy.digest();
    for (NodeState state : states) {
      news.onState(by, state, nowNanos);
    }
    antiEntropy.onStates(before, nowNanos);
    duties.update(nowNanos);
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
    peer.missedCall = false;
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
    Watch watch = roster.watch(peer);
    if (!watch.told || nowNanos - watch.toldNanos >= options.intervalNanos() / 2) {
      watch.told = true;
      watch.toldNanos = nowNanos;
      voice.tell(to, News.gone(peer));
    }
  }

  private void onOther(Peer peer, Frame.Spoken frame, long nowNanos) {
    if (frame instanceof Frame.Echo echo) {
      peer.health = (byte) echo.health();
      pulse.onEcho(peer, echo.echoSequence(), echo.echoHoldNanos(), nowNanos);
    } else if (frame instanceof Frame.Gossip gossip) {
      peer.health = (byte) gossip.health();
    } else if (frame instanceof Frame.Call call) {
      rollCall.onCall(peer, call.answer(), nowNanos);
    } else if (frame instanceof Frame.Digest digest) {
      antiEntropy.onDigest(peer, digest.digest(), nowNanos);
    } else if (frame instanceof Frame.Sync sync && sync.answer()) {
      voice.sync(peer.node.gossip(), false);
    } else if (frame instanceof Frame.Leave) {
      onLeave(peer, nowNanos);
    }
  }

  private void onBeat(
      Peer peer, Endpoint from, Frame.Beat beat, boolean echoWanted, long nowNanos) {
    peer.health = (byte) beat.health();
    Watch watch = roster.watch(peer);
    pulse.onEcho(peer, beat.echoSequence(), beat.echoHoldNanos(), nowNanos);
    pulse.learn(peer, beat.from());
    if (beat.sequence() <= watch.sequence) {
      return;
    }
    duties.lookAtOnce(peer, nowNanos);
    long silence = peer.silenceNanos(nowNanos);
    boolean learn = peer.state == MemberState.ALIVE && peer.phi(nowNanos) < options.suspectPhi();
    watch.onBeat(beat.sequence(), nowNanos, learn, health.isDraining(nowNanos));
    pulse.echo(peer, echoWanted);
    news.tellEpitaph(peer);
    if (!peer.observed) {
      return;
    }
    judge.withdraw(peer);
    if (peer.state == MemberState.UNREACHABLE && !peer.isFrailOnly()) {
      // It tells everybody that it is back, those too who do not observe it.
      voice.tell(from, News.gone(peer));
    }
    if (peer.state != MemberState.ALIVE) {
      roster.relent(peer, peer.phi(nowNanos), Reasons.beatsAgain(silence), nowNanos);
    }
  }

  private void onLeave(Peer peer, long nowNanos) {
    roster.move(peer, MemberState.LEFT, 0, Reasons.goodbye(), nowNanos);
    voice.passOn(News.gone(peer));
    duties.update(nowNanos);
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
      duties.update(nowNanos);
    }
    voice.flush(nowNanos);
  }

  private boolean mayAccuseOfRefusal() {
    // A refusal is an answer: being deaf or lossy does not make it doubtful, having stalled does.
    LocalHealth.Ill ill = health.ill();
    return ill != LocalHealth.Ill.STARTING && ill != LocalHealth.Ill.RECOVERING;
  }

  private void onAccepted(Peer peer, long nowNanos) {
    Vote own = roster.watch(peer).votes.get(voice.self().id());
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
    duties.update(nowNanos);
    boolean wasImpaired = health.isImpaired();
    health.update(pulse.nextSequence(), nowNanos);
    voice.health(health.ill().code);
    if (wasImpaired && !health.isImpaired()) {
      antiEntropy.hurry(nowNanos);
    }
    // By index: a verdict may add to the list, and tidy() alone takes from it.
    for (int i = 0; i < roster.watches().size(); i++) {
      Peer peer = roster.watches().get(i).peer;
      judge.judge(peer, nowNanos);
      frailJudge.judge(peer, nowNanos);
    }
    duties.update(nowNanos);
    rollCall.onTick(nowNanos);
    pulse.beat(nowNanos);
    join(nowNanos);
    reprobe(nowNanos);
    antiEntropy.onTick(nowNanos);
    voice.flush(nowNanos);
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
        if (peer.watch != null) {
          peer.watch.votes.clear();
          peer.watch.accused = false;
        }
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
    roster.tidy();
    List<Endpoint> missing = new ArrayList<>();
    List<Endpoint> absentSeeds = new ArrayList<>(seeds);
    int calls = 0;
    for (Peer peer : roster.peers()) {
      boolean stuck =
          peer.state == MemberState.UNREACHABLE
              && nowNanos - peer.stateNanos > 2 * options.stabilityNanos();
      stuck &= !peer.isFrailOnly();
      if (stuck && !peer.observed && calls < CALLS_MAX) {
        calls++;
        voice.send(peer.node.gossip(), new Frame.Call(voice.speaker(), false));
      }
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
              peer.watch == null ? -1 : peer.watch.roundTripNanos,
              peer.observed,
              peer.reason()));
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
    return reach.hasMajority(lastInputNanos);
  }

  /** How many nodes were not taken in because the roster was full. */
  public long turnedAway() {
    return roster.turnedAway();
  }

  /** How full its tables are. */
  public MemberTables tables() {
    int votes = 0;
    for (int i = 0; i < roster.watches().size(); i++) {
      votes = Math.max(votes, roster.watches().get(i).votes.size());
    }
    return new MemberTables(
        roster.peers().size(), roster.gone(), voice.rumours(), roster.watches().size(), votes);
  }
}
