package io.phial.core.member;

import io.phial.core.wire.Frame;
import io.phial.core.wire.Rumour;

/**
 * Finds nodes that live but are hard to reach. A node that loses four beats of five is silent for
 * seconds and then heard again, so silence alone would call it UNREACHABLE and ALIVE in turn.
 * Observers therefore tell each other when most of its beats get lost, and a majority of them, two
 * at least, makes it UNREACHABLE until most of its beats arrive again. Never DEAD: that takes
 * silence. What they agree on is said again while it lasts, and forgotten when nobody says it.
 *
 * <p>A single beat or a refutation does not end it (compare Rapid, Suresh et al. 2018, section 4.1,
 * whose observers count a share of failed probes).
 */
final class FrailJudge {
  private static final int STATE_BEATS = 4;
  private static final int CONFIRM_BEATS = 16;
  private static final int LEASE_BEATS = 60;
  private static final int CALLERS_MIN = 2;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final LocalHealth health;
  private final Judge judge;

  FrailJudge(MemberOptions options, Roster roster, Voice voice, LocalHealth health, Judge judge) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.health = health;
    this.judge = judge;
  }

  /** Says what this node itself thinks of a subject's losses, then decides on what all say. */
  void judge(Peer subject, long nowNanos) {
    Watch watch = subject.watch;
    if (watch == null || subject.isGone() || watch.frailty.isQuiet()) {
      return;
    }
    Frailty frailty = watch.frailty;
    if (subject.observed && !health.isImpaired()) {
      state(subject, watch, nowNanos);
      decide(subject, watch, nowNanos);
    }
    boolean forgotten = nowNanos - frailty.confirmedNanos > LEASE_BEATS * options.intervalNanos();
    if (frailty.agreed && forgotten) {
      end(subject, watch, Reasons.frailForgotten(), nowNanos);
    }
  }

  private void state(Peer subject, Watch watch, long nowNanos) {
    Frailty frailty = watch.frailty;
    String self = voice.self().id();
    frailty.callers.values().removeIf(at -> nowNanos - at > options.voteNanosMax());
    if (frailty.frail) {
      frailty.callers.put(self, nowNanos);
      if (!frailty.told || nowNanos - frailty.toldNanos >= STATE_BEATS * options.intervalNanos()) {
        frailty.told = true;
        frailty.toldNanos = nowNanos;
        judge.toOtherObservers(subject, rumour(subject, watch, 0, percent(frailty)));
      }
    } else if (frailty.told) {
      frailty.told = false;
      frailty.callers.remove(self);
      judge.toOtherObservers(subject, rumour(subject, watch, 0, 0));
    }
  }

  private void decide(Peer subject, Watch watch, long nowNanos) {
    Frailty frailty = watch.frailty;
    int eligible = 0;
    int callers = 0;
    for (Peer observer : roster.observersOf(subject)) {
      if (judge.isEligible(observer)) {
        eligible++;
        callers += frailty.callers.containsKey(observer.id()) ? 1 : 0;
      }
    }
    boolean enough = callers >= Math.max(CALLERS_MIN, Judge.needed(eligible));
    long sinceNanos = nowNanos - frailty.confirmedNanos;
    if (enough && (!frailty.agreed || sinceNanos >= CONFIRM_BEATS * options.intervalNanos())) {
      Rumour agreed = rumour(subject, watch, callers, percent(frailty));
      begin(subject, watch, Reasons.frail(percent(frailty), callers, eligible), nowNanos);
      voice.tellAll(agreed);
    } else if (!enough && frailty.agreed && sinceNanos >= STATE_BEATS * options.intervalNanos()) {
      // Not at once: others may have counted words that are still on their way to here.
      voice.tellAll(rumour(subject, watch, Math.max(1, eligible), 0));
      end(subject, watch, Reasons.frailNoMore(percent(frailty)), nowNanos);
    }
  }

  /** The share lost here; at least 1, as 0 means that it is over. */
  private static int percent(Frailty frailty) {
    return Math.max(1, (int) Math.round(100 * frailty.loss));
  }

  private Rumour.Frail rumour(Peer subject, Watch watch, int observers, int lossPercent) {
    watch.frailty.sequence = Math.max(watch.frailty.sequence, watch.sequence);
    return new Rumour.Frail(
        subject.id(),
        subject.incarnation,
        voice.self().id(),
        Math.max(0, watch.frailty.sequence),
        observers,
        lossPercent);
  }

  private void begin(Peer subject, Watch watch, String reason, long nowNanos) {
    Frailty frailty = watch.frailty;
    frailty.agreed = true;
    frailty.confirmedNanos = nowNanos;
    if (subject.state == MemberState.ALIVE || subject.state == MemberState.SUSPECT) {
      frailty.sole = true;
      roster.move(subject, MemberState.UNREACHABLE, 0, reason, nowNanos);
    }
  }

  private void end(Peer subject, Watch watch, String reason, long nowNanos) {
    Frailty frailty = watch.frailty;
    frailty.agreed = false;
    if (frailty.sole) {
      frailty.sole = false;
      roster.move(subject, MemberState.ALIVE, 0, reason, nowNanos);
    }
  }

  /** Takes what somebody says of a subject's losses. */
  void onRumour(Frame.Speaker by, Rumour.Frail rumour, Peer subject, long nowNanos) {
    if (subject.isGone() || rumour.incarnation() < subject.birth) {
      return;
    }
    Watch watch = roster.watch(subject);
    Frailty frailty = watch.frailty;
    if (rumour.observers() == 0) {
      if (rumour.observer().equals(by.id())) {
        onCall(rumour, frailty, nowNanos);
      }
      return;
    }
    boolean over = rumour.lossPercent() == 0;
    // Of the same beat both may be said; then it is over.
    boolean newer =
        rumour.sequence() > frailty.sequence
            || (rumour.sequence() == frailty.sequence && over && frailty.agreed);
    if (!newer) {
      return;
    }
    frailty.sequence = rumour.sequence();
    if (over) {
      end(subject, watch, Reasons.frailNoMore(by.id()), nowNanos);
    } else {
      begin(subject, watch, Reasons.frail(rumour, by.id()), nowNanos);
    }
    voice.hurryOn(rumour);
  }

  private void onCall(Rumour.Frail rumour, Frailty frailty, long nowNanos) {
    if (rumour.lossPercent() == 0) {
      frailty.callers.remove(rumour.observer());
    } else if (frailty.callers.size() < options.votesMax()) {
      frailty.callers.put(rumour.observer(), nowNanos);
    }
  }
}
