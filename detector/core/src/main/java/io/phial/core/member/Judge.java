package io.phial.core.member;

import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Rumour;
import io.phial.core.wire.Standing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accuses, counts what observers say of a subject, and convicts. The rules, in order:
 *
 * <ol>
 *   <li>The newest statement of an observer counts, for a few intervals, if the observer itself is
 *       ALIVE and healthy and the statement is about the subject's present incarnation.
 *   <li>A vouch with beat q voids accusations by those who heard nothing after an earlier beat.
 *   <li>Any accusation that stands makes SUSPECT; none left makes ALIVE again.
 *   <li>A majority of the eligible observers (both of two, one only if there is but one), with a
 *       fused phi past the threshold and a silence past the minimum, makes UNREACHABLE.
 *   <li>UNREACHABLE for the stability time, still accused by two or more, with a majority of the
 *       roster in reach and this node healthy, makes DEAD.
 *   <li>Refused ports at all eligible observers (a majority if there are more than three) make DEAD
 *       at once; at least two, except in a cluster of two nodes, where one observer must be refused
 *       twice.
 * </ol>
 */
final class Judge {
  private static final int TINY = 3;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final LocalHealth health;
  private final Reach reach;
  private final MemberOutbox outbox;

  Judge(
      MemberOptions options,
      Roster roster,
      Voice voice,
      LocalHealth health,
      Reach reach,
      MemberOutbox outbox) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.health = health;
    this.reach = reach;
    this.outbox = outbox;
  }

  /** Says what this node itself thinks of a subject, then decides on what all say. */
  void judge(Peer subject, long nowNanos) {
    Watch watch = subject.watch;
    if (watch == null || subject.isGone() || isCalm(subject, watch, nowNanos)) {
      return;
    }
    if (subject.observed) {
      state(subject, watch, nowNanos);
    }
    decide(subject, watch, nowNanos);
  }

  /** The usual case, at every tick: it beats and nobody says anything. */
  private boolean isCalm(Peer subject, Watch watch, long nowNanos) {
    if (!watch.votes.isEmpty() || subject.state == MemberState.SUSPECT) {
      return false;
    }
    return !subject.observed
        || (subject.state == MemberState.ALIVE
            && watch.silenceNanos(nowNanos) < options.suspectSilenceNanosMin());
  }

  private void state(Peer subject, Watch watch, long nowNanos) {
    String self = voice.self().id();
    Vote own = watch.votes.get(self);
    if (own != null && own.isRefused() && nowNanos - own.atNanos() <= options.voteNanosMax()) {
      accuse(
          subject,
          watch,
          EvidenceKind.REFUSED,
          Math.max(own.phi(), subject.phi(nowNanos)),
          nowNanos);
      return;
    }
    double phi = subject.phi(nowNanos);
    boolean silent =
        phi >= options.suspectPhi()
            && subject.silenceNanos(nowNanos) >= options.suspectSilenceNanosMin();
    if (silent && health.mayAccuse(subject, nowNanos)) {
      watch.votes.put(
          self, new Vote(EvidenceKind.SILENCE, subject.incarnation, phi, watch.sequence, nowNanos));
      doubt(subject, watch, nowNanos);
      accuse(subject, watch, EvidenceKind.SILENCE, phi, nowNanos);
    } else if (own != null) {
      withdraw(subject);
    }
  }

  /** This node has nothing against the subject any more. */
  void withdraw(Peer subject) {
    Watch watch = roster.watch(subject);
    watch.votes.remove(voice.self().id());
    watch.accused = false;
    watch.accusations = 0;
    watch.refusals = 0;
  }

  /** A silence that nobody explains: find out who is in reach at all. */
  private void doubt(Peer subject, Watch watch, long nowNanos) {
    long patience = options.unreachableSilenceNanosMin() + 2 * options.intervalNanos();
    boolean late = watch.silenceNanos(nowNanos) >= patience;
    boolean held = subject.state == MemberState.UNREACHABLE && !watch.frailty.sole;
    if (held || (late && !watch.isVouchedFor())) {
      reach.want(subject.stateNanos, nowNanos);
    }
  }

  private void accuse(Peer subject, Watch watch, EvidenceKind kind, double phi, long nowNanos) {
    boolean vouched = watch.isVouchedFor();
    if (!isDue(watch, phi, vouched, nowNanos)) {
      return;
    }
    watch.accused = true;
    watch.accusedNanos = nowNanos;
    watch.accusedPhi = phi;
    watch.accusations++;
    Rumour accusation =
        new Rumour.Accusation(
            subject.id(),
            subject.incarnation,
            voice.self().id(),
            kind,
            phi,
            watch.sequence,
            Math.max(0, subject.silenceNanos(nowNanos)) / 1_000_000);
    // The accused is told first, so that it can defend itself; if others hear it, no need.
    if (!vouched) {
      voice.tell(subject.node.gossip(), accusation);
    }
    toOtherObservers(subject, accusation);
    if (!vouched) {
      probe(subject, nowNanos);
    }
  }

  private boolean isDue(Watch watch, double phi, boolean vouched, long nowNanos) {
    if (!watch.accused) {
      return true;
    }
    if (phi >= watch.accusedPhi + 1 && watch.accusedPhi < options.observerPhiMax()) {
      return true;
    }
    int pause = vouched ? 5 : watch.accusations == 1 ? 1 : 2;
    return nowNanos - watch.accusedNanos >= pause * options.intervalNanos();
  }

  void toOtherObservers(Peer subject, Rumour rumour) {
    for (Peer observer : roster.observersOf(subject)) {
      if (observer != roster.self()) {
        voice.tell(observer.node.gossip(), rumour);
      }
    }
  }

  /** Tries the subject's port, not more often than once per interval. */
  void probe(Peer subject, long nowNanos) {
    Watch watch = roster.watch(subject);
    if (watch.probed && nowNanos - watch.probedNanos < options.intervalNanos()) {
      return;
    }
    watch.probed = true;
    watch.probedNanos = nowNanos;
    outbox.probe(subject.id(), subject.node.gossip());
  }

  /** The host answers that nobody listens: a vote that needs no patience. */
  void onRefused(Peer subject, long nowNanos) {
    Watch watch = roster.watch(subject);
    watch.refusals++;
    watch.votes.put(
        voice.self().id(),
        new Vote(
            EvidenceKind.REFUSED,
            subject.incarnation,
            options.unreachablePhi(),
            watch.sequence,
            nowNanos));
    // A new kind of evidence is told at once.
    watch.accused = watch.accused && watch.refusals > 1;
    if (roster.expected() == 2 && watch.refusals == 1) {
      outbox.probe(subject.id(), subject.node.gossip());
    }
    judge(subject, nowNanos);
  }

  private void decide(Peer subject, Watch watch, long nowNanos) {
    Tally tally = tally(subject, watch, nowNanos);
    if (tally.names.isEmpty()) {
      if (subject.state == MemberState.SUSPECT
          || (subject.state == MemberState.UNREACHABLE && tally.voucher != null)) {
        String reason = Reasons.acquitted(subject, tally.voucher, voice.self().id(), nowNanos);
        roster.relent(subject, tally.phi, reason, nowNanos);
      }
      return;
    }
    subject.fusedPhi = (float) tally.phi;
    if (isGoneForSure(watch, tally)) {
      convict(subject, MemberState.DEAD, tally, nowNanos);
    } else if (subject.state == MemberState.UNREACHABLE) {
      if (watch.frailty.sole) {
        if (isUnreachable(subject, tally, nowNanos)) {
          // Hard to reach, and now silent too: from here on it may die of it.
          watch.frailty.sole = false;
          subject.stateNanos = nowNanos;
        }
      } else if (isOverdue(subject, tally, nowNanos)) {
        convict(subject, MemberState.DEAD, tally, nowNanos);
      }
    } else if (isUnreachable(subject, tally, nowNanos)) {
      convict(subject, MemberState.UNREACHABLE, tally, nowNanos);
    } else if (subject.state == MemberState.ALIVE) {
      String reason = Reasons.accused(options, subject, tally, nowNanos);
      roster.move(subject, MemberState.SUSPECT, tally.phi, reason, nowNanos);
    }
  }

  private boolean isGoneForSure(Watch watch, Tally tally) {
    boolean enough = tally.refused >= 2 || (roster.expected() == 2 && watch.refusals >= 2);
    return enough && tally.refused >= tally.neededRefused();
  }

  private boolean isUnreachable(Peer subject, Tally tally, long nowNanos) {
    return tally.names.size() >= tally.needed()
        && tally.phi >= options.unreachablePhi()
        && subject.observed
        && (tally.refused == tally.names.size()
            || subject.silenceNanos(nowNanos) >= options.unreachableSilenceNanosMin());
  }

  private boolean isOverdue(Peer subject, Tally tally, long nowNanos) {
    return tally.names.size() >= Math.max(2, tally.needed())
        && tally.phi >= options.unreachablePhi()
        && subject.observed
        && nowNanos - subject.stateNanos >= options.stabilityNanos()
        && subject.silenceNanos(nowNanos) >= options.deadSilenceNanosMin()
        && !health.isImpaired()
        && reach.isMajoritySince(subject.stateNanos, nowNanos);
  }

  private void convict(Peer subject, MemberState to, Tally tally, long nowNanos) {
    String reason = Reasons.convicted(options, subject, tally, nowNanos);
    Rumour verdict =
        new Rumour.Verdict(
            subject.id(),
            subject.incarnation,
            to == MemberState.DEAD ? Standing.DEAD : Standing.UNREACHABLE,
            tally.phi,
            tally.names.size(),
            tally.kind(),
            Math.max(0, subject.silenceNanos(nowNanos)) / 1_000_000);
    subject.evidence = tally.kind();
    voice.tell(subject.node.gossip(), verdict);
    voice.tellAll(verdict);
    roster.move(subject, to, tally.phi, reason, nowNanos);
  }

  /** What stands against a subject. */
  static final class Tally {
    final List<String> names = new ArrayList<>();
    int eligible;
    int refused;
    double phi;
    @Nullable String voucher;

    int needed() {
      return Judge.needed(eligible);
    }

    int neededRefused() {
      return eligible <= TINY ? Math.max(1, eligible) : eligible / 2 + 1;
    }

    EvidenceKind kind() {
      return refused > 0 ? EvidenceKind.REFUSED : EvidenceKind.SILENCE;
    }
  }

  private Tally tally(Peer subject, Watch watch, long nowNanos) {
    watch.votes.values().removeIf(v -> nowNanos - v.atNanos() > options.voteNanosMax());
    Tally tally = new Tally();
    long vouched = vouched(subject, watch, tally, nowNanos);
    List<Vote> standing = new ArrayList<>();
    for (Peer observer : roster.observersOf(subject)) {
      String id = observer.id();
      Vote vote = watch.votes.get(id);
      if (!isEligible(observer, vote)) {
        continue;
      }
      tally.eligible++;
      boolean stands = vote != null && !vote.isVouch() && vote.sequence() >= vouched;
      if (stands && vote != null && vote.incarnation() >= subject.incarnation) {
        tally.names.add(id);
        standing.add(vote);
      }
    }
    for (Vote vote : standing) {
      tally.refused += vote.isRefused() ? 1 : 0;
      tally.phi += weight(vote, tally.eligible);
    }
    return tally;
  }

  private double weight(Vote vote, int eligible) {
    if (vote.isRefused()) {
      return options.unreachablePhi();
    }
    return eligible >= 2 ? Math.min(vote.phi(), options.observerPhiMax()) : vote.phi();
  }

  /** The newest beat that anyone who does not accuse has heard; -1 for none. */
  private long vouched(Peer subject, Watch watch, Tally tally, long nowNanos) {
    String self = voice.self().id();
    long best = -1;
    boolean hears = subject.observed && watch.beats > 0 && !watch.votes.containsKey(self);
    if (hears && subject.phi(nowNanos) < options.suspectPhi()) {
      best = watch.sequence;
      tally.voucher = self;
    }
    for (var entry : watch.votes.entrySet()) {
      Vote vote = entry.getValue();
      // Sequences go on through incarnations of one birth, so a vouch outlives a refutation.
      boolean better = vote.isVouch() && vote.sequence() > best;
      Peer observer = better ? roster.get(entry.getKey()) : null;
      if (observer != null && isEligible(observer, vote)) {
        best = vote.sequence();
        tally.voucher = entry.getKey();
      }
    }
    return best;
  }

  /** How many of so many observers must agree. */
  static int needed(int eligible) {
    return eligible <= 2 ? Math.max(1, eligible) : eligible / 2 + 1;
  }

  /** True when the word of this observer counts. */
  boolean isEligible(Peer observer) {
    return isEligible(observer, null);
  }

  private boolean isEligible(Peer observer, @Nullable Vote vote) {
    if (observer == roster.self()) {
      return !health.isImpaired() || (vote != null && vote.isRefused());
    }
    return observer.state == MemberState.ALIVE && observer.health == 0 && !observer.missedCall;
  }
}
