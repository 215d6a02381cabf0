package io.phial.core.member;

import io.phial.core.wire.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Finds out who is in reach, when it matters: before a silent node is given up.
 *
 * <p>An observer hears a handful of nodes, which says little about the rest: in a partition the
 * smaller side would take everybody it does not observe for reachable, and believe itself to be the
 * majority. So it calls all others (a sample in large clusters), three times one interval apart,
 * and whoever does not answer has missed the call until it is heard again.
 */
final class RollCall {
  /** Larger clusters are sampled; a side of 40 % passes for a majority in one call of 25. */
  static final int CALLED_MAX = 64;

  private static final int ROUNDS = 3;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final RandomGenerator random;
  private List<Peer> called = List.of();
  private int round;
  private boolean running;
  private boolean wanted;
  private boolean ever;

  /** Some did not answer though nobody holds them silent: ask again, ever less often. */
  private boolean doubtful;

  private long startNanos;
  private long endNanos;
  private long nextNanos;
  private long pauseNanos;
  private double answered = 1;
  private double answeredEarly = 1;

  RollCall(MemberOptions options, Roster roster, Voice voice, RandomGenerator random) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.random = random;
    pauseNanos = options.stabilityNanos();
  }

  /** Somebody's fate depends on it, whose state is as old as this. */
  void want(long sinceNanos, long nowNanos) {
    wanted |= !isMajoritySince(sinceNanos, nowNanos);
  }

  /**
   * True when a call has come to its end at this time or later, and not too long ago, and more than
   * half answered it. Being spoken to since does not count: when a partition heals, some are heard
   * before others, and those are no reason to convict these.
   */
  boolean isMajoritySince(long nanos, long nowNanos) {
    boolean fresh = nowNanos - endNanos <= 2 * options.stabilityNanos();
    return ever && fresh && endNanos - nanos >= 0 && answered > 0.5;
  }

  /** The share of those called that answered the last call; 1 before any. */
  double answered() {
    return answered;
  }

  /** True when the cluster is too large to call everybody. */
  boolean isSample() {
    return roster.expected() - 1 > CALLED_MAX;
  }

  /** A call of somebody, or the answer to one of this node's. */
  void onCall(Peer peer, boolean answer, long nowNanos) {
    if (answer) {
      peer.answered = true;
      peer.answeredNanos = nowNanos;
    } else {
      voice.send(peer.node.gossip(), new Frame.Call(voice.speaker(), true));
    }
  }

  void onTick(long nowNanos) {
    if (running) {
      if (nowNanos - nextNanos >= 0) {
        advance(nowNanos);
      }
    } else {
      boolean due = !ever || nowNanos - nextNanos >= 0;
      // With a majority at the last call a new question is worth a new call at once.
      if ((wanted && (due || answered > 0.5)) || (doubtful && due)) {
        begin(nowNanos);
      }
    }
    wanted = false;
  }

  private void begin(long nowNanos) {
    running = true;
    round = 0;
    startNanos = nowNanos;
    called = choose();
    advance(nowNanos);
  }

  private List<Peer> choose() {
    List<Peer> all = new ArrayList<>();
    for (Peer peer : roster.peers()) {
      if (!peer.isGone()) {
        all.add(peer);
      }
    }
    int count = Math.min(all.size(), CALLED_MAX);
    for (int i = 0; i < count && all.size() > CALLED_MAX; i++) {
      Collections.swap(all, i, i + random.nextInt(all.size() - i));
    }
    return List.copyOf(all.subList(0, count));
  }

  private void advance(long nowNanos) {
    if (round == ROUNDS) {
      finish(nowNanos);
      return;
    }
    round++;
    if (round == ROUNDS) {
      // Who is still silent gets a last question while a majority is in reach, or the call says
      // nothing: when a partition heals during a call, some are heard before others.
      answeredEarly = share();
    }
    nextNanos = nowNanos + options.intervalNanos();
    for (Peer peer : called) {
      if (!hasAnswered(peer) && !peer.isGone()) {
        voice.send(peer.node.gossip(), new Frame.Call(voice.speaker(), false));
      }
    }
  }

  private boolean hasAnswered(Peer peer) {
    // To be spoken to is not enough: with a link that works in one direction only, the larger side
    // still
    // tells the smaller one what it holds of it.
    return peer.answered && peer.answeredNanos - startNanos >= 0;
  }

  private void finish(long nowNanos) {
    running = false;
    doubtful = false;
    for (Peer peer : called) {
      peer.missedCall = !hasAnswered(peer);
      doubtful |= peer.missedCall && !peer.isGone() && peer.state != MemberState.UNREACHABLE;
    }
    double last = share();
    answered = Math.min(last, answeredEarly);
    ever = true;
    endNanos = nowNanos;
    doubtful |= answered <= 0.5;
    if (!doubtful || (last > 0.5 && answeredEarly <= 0.5)) {
      nextNanos = nowNanos;
      pauseNanos = options.stabilityNanos();
    } else {
      // In a long partition ever less often.
      nextNanos = nowNanos + pauseNanos;
      pauseNanos = Math.min(2 * pauseNanos, options.reprobeNanos());
    }
  }

  /** The share of those called that have answered, this node counted in; 1 when nobody was. */
  private double share() {
    int count = 0;
    for (Peer peer : called) {
      count += hasAnswered(peer) ? 1 : 0;
    }
    return called.isEmpty() ? 1 : (count + 1.0) / (called.size() + 1.0);
  }
}
