package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Rumour;
import io.phial.core.wire.Standing;
import org.jspecify.annotations.Nullable;

/** What is said about nodes: who comes and returns, verdicts, accusations and vouches. */
final class News {
  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final Judge judge;
  private final FrailJudge frailJudge;
  private final MemberOutbox outbox;
  private long buriedIncarnation = -1;

  News(
      MemberOptions options,
      Roster roster,
      Voice voice,
      Judge judge,
      FrailJudge frailJudge,
      MemberOutbox outbox) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.judge = judge;
    this.frailJudge = frailJudge;
    this.outbox = outbox;
  }

  /** Takes a rumour as told by a node. */
  void onRumour(Frame.Speaker by, Endpoint from, Rumour rumour, long nowNanos) {
    if (rumour instanceof Rumour.Alive alive) {
      onAlive(alive.node(), alive.birth(), alive.incarnation(), nowNanos);
    } else if (rumour.subject().equals(voice.self().id())) {
      onOwn(rumour, from);
    } else {
      Peer subject = roster.get(rumour.subject());
      if (subject != null) {
        onOther(by, from, rumour, subject, nowNanos);
      }
    }
  }

  /** Takes a row of somebody's roster. */
  void onState(Frame.Speaker by, NodeState state, long nowNanos) {
    boolean gone = state.standing() == Standing.DEAD || state.standing() == Standing.LEFT;
    String id = state.node().id();
    if (id.equals(voice.self().id())) {
      onOwnState(state, gone);
    } else if (!gone && roster.get(id) == null) {
      // The rows of a whole roster are no news to others: rumours of each would fill all beats.
      meet(state.node(), state.birth(), state.incarnation(), false, nowNanos);
    } else if (!gone) {
      onAlive(state.node(), state.birth(), state.incarnation(), nowNanos);
    } else if (roster.get(id) == null) {
      rememberGone(by, state, nowNanos);
    } else {
      Rumour.Verdict verdict =
          new Rumour.Verdict(id, state.incarnation(), state.standing(), 0, 0, state.evidence(), 0);
      onRumour(by, state.node().gossip(), verdict, nowNanos);
    }
  }

  /** An unknown node that is gone: no news, but it is tried again now and then. */
  private void rememberGone(Frame.Speaker by, NodeState state, long nowNanos) {
    Peer peer = roster.add(state.node(), state.birth(), state.incarnation(), nowNanos);
    if (peer != null) {
      MemberState as = state.standing() == Standing.DEAD ? MemberState.DEAD : MemberState.LEFT;
      roster.bury(peer, as, Reasons.held(by.id(), state.evidence()));
      peer.evidence = state.evidence();
    }
  }

  private void onOwnState(NodeState state, boolean gone) {
    boolean otherLife = state.birth() != voice.birth();
    boolean newer = state.incarnation() > voice.incarnation();
    if (newer || (state.incarnation() == voice.incarnation() && (gone || otherLife))) {
      returned(state.incarnation(), otherLife, gone);
    }
  }

  /** Something was said about this node itself. */
  private void onOwn(Rumour rumour, Endpoint from) {
    boolean concernsOthers =
        rumour instanceof Rumour.Vouch
            || rumour instanceof Rumour.ProbeRequest
            || rumour instanceof Rumour.Frail;
    if (concernsOthers) {
      return;
    }
    boolean gone =
        rumour instanceof Rumour.Verdict verdict && verdict.standing() != Standing.UNREACHABLE;
    if (rumour.incarnation() < voice.incarnation()) {
      if (gone && rumour.incarnation() >= voice.birth()) {
        // It was outlived by refuting a milder word first; its clients were taken over all the
        // same.
        learnOwnDeath(rumour.incarnation());
      }
      voice.tell(from, voice.alive());
      return;
    }
    if (rumour instanceof Rumour.Accusation) {
      voice.outlive(rumour.incarnation(), false);
      voice.tellObservers(voice.alive());
    } else {
      returned(rumour.incarnation(), false, gone);
    }
    voice.tell(from, voice.alive());
  }

  private void returned(long told, boolean otherLife, boolean gone) {
    boolean earlier = otherLife && told >= voice.incarnation();
    voice.outlive(told, otherLife);
    voice.tellAll(voice.alive());
    if (gone && !earlier) {
      learnOwnDeath(told);
    }
  }

  /** Tells the host once of each incarnation that others held dead. */
  private void learnOwnDeath(long incarnation) {
    if (incarnation > buriedIncarnation) {
      buriedIncarnation = incarnation;
      outbox.event(
          new MemberEvent(
              voice.self(),
              voice.incarnation(),
              MemberState.DEAD,
              MemberState.ALIVE,
              0,
              "was held dead by others, " + Reasons.returned(voice.incarnation())));
    }
  }

  /** A node introduces itself here: the others shall know at once. */
  @Nullable Peer onJoin(NodeInfo node, long birth, long incarnation, long nowNanos) {
    boolean known = roster.get(node.id()) != null;
    Peer peer = onAlive(node, birth, incarnation, nowNanos);
    if (!known && peer != null) {
      voice.tellAll(new Rumour.Alive(node, birth, incarnation));
    }
    return peer;
  }

  /** A node is announced, refutes, or has returned; null when it was not taken in. */
  @Nullable Peer onAlive(NodeInfo node, long birth, long incarnation, long nowNanos) {
    if (node.id().equals(voice.self().id())) {
      onOwnState(
          new NodeState(node, birth, incarnation, Standing.ALIVE, EvidenceKind.SILENCE), false);
      return null;
    }
    Peer peer = roster.get(node.id());
    if (peer == null) {
      return meet(node, birth, incarnation, true, nowNanos);
    }
    if (incarnation > peer.incarnation) {
      renew(peer, node, birth, incarnation, nowNanos);
    }
    return peer;
  }

  private @Nullable Peer meet(
      NodeInfo node, long birth, long incarnation, boolean news, long nowNanos) {
    Peer peer = roster.add(node, birth, incarnation, nowNanos);
    if (peer != null) {
      roster.introduce(peer);
      evict(peer, nowNanos);
      if (news) {
        voice.passOn(new Rumour.Alive(node, birth, incarnation));
      }
    }
    return peer;
  }

  /** A higher incarnation: all that was said is void. */
  private void renew(Peer peer, NodeInfo node, long birth, long incarnation, long nowNanos) {
    boolean reborn = birth != peer.birth;
    if (peer.isGone() && !reborn) {
      // Nobody tells a node held dead that it is until it speaks, and it may not know.
      Watch watch = roster.watch(peer);
      watch.epitaph = gone(peer);
      watch.epitaphsLeft = Watch.EPITAPHS;
    }
    if (reborn && !peer.isGone()) {
      roster.move(peer, MemberState.DEAD, peer.fusedPhi, Reasons.replaced(incarnation), nowNanos);
    }
    if (!node.equals(peer.node)) {
      roster.moveTo(peer, node);
    }
    peer.birth = birth;
    peer.incarnation = incarnation;
    peer.evidence = EvidenceKind.SILENCE;
    if (reborn) {
      peer.health = 0;
      peer.missedCall = false;
    }
    Watch watch = peer.watch;
    if (watch != null) {
      watch.acquit();
      watch.defended = !reborn;
      watch.defendedNanos = nowNanos;
      if (reborn) {
        watch.reborn();
        watch.observe(options, nowNanos);
      }
    }
    boolean wasHeldSilent =
        peer.isGone() || (peer.state == MemberState.UNREACHABLE && !peer.isFrailOnly());
    if (peer.state != MemberState.ALIVE) {
      roster.relent(peer, 0, Reasons.returned(incarnation), nowNanos);
    }
    evict(peer, nowNanos);
    Rumour alive = new Rumour.Alive(node, birth, incarnation);
    if (wasHeldSilent || reborn) {
      voice.hurryOn(alive);
    } else {
      voice.mention(alive);
    }
    tellEpitaph(peer);
  }

  /**
   * Tells a node that returned of its death, some times over: its sockets are full when it wakes.
   */
  void tellEpitaph(Peer peer) {
    Watch watch = peer.watch;
    Rumour epitaph = watch == null ? null : watch.epitaph;
    if (watch != null && epitaph != null && watch.epitaphsLeft > 0) {
      watch.epitaphsLeft--;
      voice.tell(peer.node.gossip(), epitaph);
    }
  }

  /** Addresses get reused: who had this one before is gone. */
  private void evict(Peer owner, long nowNanos) {
    Peer before = roster.settle(owner);
    if (before == null || before.isGone()) {
      return;
    }
    if (before.birth <= owner.birth) {
      String reason = Reasons.evicted(owner.id());
      roster.move(before, MemberState.DEAD, before.fusedPhi, reason, nowNanos);
    } else {
      roster.settle(before);
    }
  }

  private void onOther(
      Frame.Speaker by, Endpoint from, Rumour rumour, Peer subject, long nowNanos) {
    if (rumour instanceof Rumour.Frail frail) {
      frailJudge.onRumour(by, frail, subject, nowNanos);
    } else if (rumour.incarnation() < subject.incarnation) {
      correct(from, rumour, subject);
    } else if (rumour instanceof Rumour.Verdict verdict) {
      onVerdict(by, from, verdict, subject, nowNanos);
    } else if (rumour instanceof Rumour.Accusation accusation) {
      onAccusation(by, from, accusation, subject, nowNanos);
    } else if (rumour instanceof Rumour.Vouch vouch && vouch.observer().equals(by.id())) {
      Vote vote = new Vote(null, vouch.incarnation(), 0, vouch.sequence(), nowNanos);
      roster.watch(subject).vote(by.id(), vote, options.votesMax());
      judge.judge(subject, nowNanos);
    } else if (rumour instanceof Rumour.ProbeRequest && !subject.isGone()) {
      judge.probe(subject, nowNanos);
    }
  }

  /** Somebody speaks of an incarnation that is no more. */
  private void correct(Endpoint from, Rumour rumour, Peer subject) {
    if (rumour instanceof Rumour.Accusation && !subject.isGone()) {
      voice.tell(from, new Rumour.Alive(subject.node, subject.birth, subject.incarnation));
    }
  }

  private void onVerdict(
      Frame.Speaker by, Endpoint from, Rumour.Verdict verdict, Peer subject, long nowNanos) {
    MemberState to =
        switch (verdict.standing()) {
          case LEFT -> MemberState.LEFT;
          case DEAD -> MemberState.DEAD;
          default -> MemberState.UNREACHABLE;
        };
    if (subject.isGone() || subject.state == to) {
      return;
    }
    if (to != MemberState.LEFT && isHeard(subject, nowNanos)) {
      contradict(from, verdict, subject);
      return;
    }
    subject.incarnation = verdict.incarnation();
    subject.evidence = verdict.kind();
    String reason = to == MemberState.LEFT ? Reasons.goodbye() : Reasons.told(verdict, by.id());
    roster.move(subject, to, verdict.phi(), reason, nowNanos);
    voice.hurryOn(verdict);
  }

  /** Own ears say otherwise: vouch, and let the subject defend itself. */
  private void contradict(Endpoint from, Rumour.Verdict verdict, Peer subject) {
    voice.tell(subject.node.gossip(), verdict);
    voice.tell(
        from,
        new Rumour.Vouch(
            subject.id(), verdict.incarnation(), voice.self().id(), heardUpTo(subject)));
  }

  private static long heardUpTo(Peer subject) {
    Watch watch = subject.watch;
    return watch == null ? 0 : Math.max(0, watch.sequence);
  }

  /** True when its own ears speak for the subject; not when its own probe was refused since. */
  private boolean isHeard(Peer subject, long nowNanos) {
    Watch watch = subject.watch;
    if (watch == null) {
      return false;
    }
    Vote own = watch.votes.get(voice.self().id());
    boolean refused = own != null && own.isRefused();
    return !refused
        && subject.observed
        && watch.beats > 0
        && subject.phi(nowNanos) < options.suspectPhi()
        && subject.silenceNanos(nowNanos) < options.suspectSilenceNanosMin();
  }

  private void onAccusation(
      Frame.Speaker by, Endpoint from, Rumour.Accusation accusation, Peer subject, long nowNanos) {
    if (!accusation.observer().equals(by.id())) {
      return;
    }
    if (subject.isGone()) {
      voice.tell(from, gone(subject));
      return;
    }
    if (isHeard(subject, nowNanos) && heardUpTo(subject) > accusation.lastSequence()) {
      voice.tell(
          from,
          new Rumour.Vouch(
              subject.id(), subject.incarnation, voice.self().id(), heardUpTo(subject)));
    }
    Vote vote =
        new Vote(
            accusation.kind(),
            accusation.incarnation(),
            accusation.phi(),
            accusation.lastSequence(),
            nowNanos);
    roster.watch(subject).vote(by.id(), vote, options.votesMax());
    if (accusation.kind() == EvidenceKind.REFUSED) {
      judge.probe(subject, nowNanos);
    }
    judge.judge(subject, nowNanos);
  }

  /** Tells a node (or others) what is held of it. */
  static Rumour gone(Peer peer) {
    Standing standing =
        switch (peer.state) {
          case LEFT -> Standing.LEFT;
          case UNREACHABLE -> Standing.UNREACHABLE;
          default -> Standing.DEAD;
        };
    return new Rumour.Verdict(
        peer.id(), peer.incarnation, standing, peer.fusedPhi, 0, peer.evidence, 0);
  }
}
