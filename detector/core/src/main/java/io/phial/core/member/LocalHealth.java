package io.phial.core.member;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node itself is fit to accuse others (Lifeguard, Dadgar, Phillips, Currey 2018, made
 * stricter: the accusations of the ill do not count at all).
 */
final class LocalHealth {
  /** What ails; the code travels in beats. */
  enum Ill {
    /** Nothing. */
    NONE(0),
    /** Just started: too little was heard. */
    STARTING(1),
    /** Stood still, or was cut off: must complete round trips with most first. */
    RECOVERING(2),
    /** Hears nobody at all. */
    DEAF(3),
    /** Loses more than half of what is sent to it. */
    LOSSY(4),
    /** Its beats come back from less than half of those that it hears. */
    MUTE(5);

    final int code;

    Ill(int code) {
      this.code = code;
    }
  }

  private static final int STARTING_BEATS = 5;
  private static final int LONELY_BEATS = 25;
  private static final int SOLE_PEER_BEATS = 6;
  private static final int HEARD_BEATS = 3;
  // Echoes come every 16 beats, and with each beat once they are missed.
  private static final int ECHO_LAG_MAX = MemberOptions.ECHO_BEATS + 8;
  private static final double LOSS_MAX = 0.55;

  private final MemberOptions options;
  private final Duties duties;
  private boolean starting = true;
  private boolean lonely = true;
  private boolean recovering;
  private boolean wasDeaf;
  private long startNanos;
  private long recoverNanos;
  private long recoverSequence;
  private long judgeNanos;
  private Ill ill = Ill.STARTING;

  LocalHealth(MemberOptions options, Duties duties) {
    this.options = options;
    this.duties = duties;
  }

  Ill ill() {
    return ill;
  }

  boolean isImpaired() {
    return ill != Ill.NONE;
  }

  /** True while what was sent to this node during a stall may still wait in its sockets. */
  boolean isDraining(long nowNanos) {
    return nowNanos - judgeNanos < 0;
  }

  /** True when this node may accuse that one of silence. */
  boolean mayAccuse(Peer peer, long nowNanos) {
    return !isImpaired()
        && !isDraining(nowNanos)
        && !hasJustDefended(peer, nowNanos)
        && isPrimed(peer.watch, nowNanos);
  }

  private boolean isPrimed(@Nullable Watch watch, long nowNanos) {
    return watch != null
        && (watch.beats >= MemberOptions.PRIMED_BEATS
            || nowNanos - watch.observedNanos
                >= MemberOptions.PATIENCE_BEATS * options.intervalNanos());
  }

  /** A refutation is a sign of life; accusing again at once would only make a quarrel. */
  private boolean hasJustDefended(Peer peer, long nowNanos) {
    Watch watch = peer.watch;
    return watch != null
        && watch.defended
        && nowNanos - watch.defendedNanos < options.suspectSilenceNanosMin();
  }

  void start(boolean alone, long nowNanos) {
    startNanos = nowNanos;
    judgeNanos = nowNanos;
    lonely = alone;
  }

  /** A short hiccup: first read what waits, then judge. */
  void hiccup(long nowNanos) {
    // Hiccups in a row must not put off judgement for ever.
    if (nowNanos - judgeNanos >= options.intervalNanos()) {
      judgeNanos = nowNanos + 2 * options.tickNanos();
    }
  }

  /** A stall: trust nothing until beats sent from now on have come back from most. */
  void recover(long nextSequence, long nowNanos) {
    recovering = true;
    recoverSequence = nextSequence;
    recoverNanos = nowNanos;
    ill = starting ? Ill.STARTING : Ill.RECOVERING;
    hiccup(nowNanos);
  }

  /** Looks at everything again. */
  void update(long nextSequence, long nowNanos) {
    boolean deaf = isDeaf(nowNanos);
    if (wasDeaf && !deaf) {
      recover(nextSequence, nowNanos);
    }
    wasDeaf = deaf;
    starting = starting && !hasStarted(nowNanos);
    recovering = recovering && !hasRecovered(nowNanos);
    if (starting) {
      ill = Ill.STARTING;
    } else if (deaf) {
      ill = Ill.DEAF;
    } else if (recovering) {
      ill = Ill.RECOVERING;
    } else if (isLossy()) {
      ill = Ill.LOSSY;
    } else {
      ill = isMute(nextSequence, nowNanos) ? Ill.MUTE : Ill.NONE;
    }
  }

  private boolean hasStarted(long nowNanos) {
    long beats = (nowNanos - startNanos) / options.intervalNanos();
    int observed = duties.observed().size();
    int primed = 0;
    for (Peer peer : duties.observed()) {
      Watch watch = peer.watch;
      primed += watch != null && watch.beats >= MemberOptions.PRIMED_BEATS ? 1 : 0;
    }
    if (observed == 0) {
      return beats >= (lonely ? STARTING_BEATS : LONELY_BEATS);
    }
    return beats >= STARTING_BEATS && 2 * (primed + 1) > observed + 1;
  }

  private boolean hasRecovered(long nowNanos) {
    List<Peer> targets = duties.targets();
    int echoed = 0;
    for (Peer peer : targets) {
      Watch watch = peer.watch;
      echoed += watch != null && watch.echoedSequence >= recoverSequence ? 1 : 0;
    }
    // A sole peer that is down never answers; after some beats its silence is worth telling.
    boolean waited = nowNanos - recoverNanos >= SOLE_PEER_BEATS * options.intervalNanos();
    return 2 * (echoed + 1) > targets.size() + 1 || (targets.size() == 1 && waited);
  }

  /** With a single peer one cannot tell which of both is ill. */
  private boolean isDeaf(long nowNanos) {
    for (Peer peer : duties.observed()) {
      if (peer.silenceNanos(nowNanos) < options.suspectSilenceNanosMin()) {
        return false;
      }
    }
    return duties.observed().size() >= 2;
  }

  private boolean isLossy() {
    double loss = 0;
    int observed = 0;
    for (Peer peer : duties.observed()) {
      Watch watch = peer.watch;
      if (watch != null && watch.beats > 0) {
        loss += watch.loss;
        observed++;
      }
    }
    return observed >= 2 && loss > LOSS_MAX * observed;
  }

  private boolean isMute(long nextSequence, long nowNanos) {
    long interval = options.intervalNanos();
    int hearing = 0;
    int unheard = 0;
    for (Peer peer : duties.targets()) {
      Watch watch = peer.watch;
      boolean heard = peer.heard && nowNanos - peer.heardNanos < HEARD_BEATS * interval;
      boolean settled = nowNanos - peer.stateNanos > (ECHO_LAG_MAX + 2) * interval;
      if (watch != null && heard && settled) {
        hearing++;
        unheard += nextSequence - watch.echoedSequence > ECHO_LAG_MAX ? 1 : 0;
      }
    }
    return hearing >= 2 && 2 * unheard > hearing;
  }
}
