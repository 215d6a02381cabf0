package io.phial.core.member;

import io.phial.core.wire.Frame;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Compares rosters with a random node now and then, by a digest; only those that differ are
 * exchanged in full (Demers et al. 1987, anti-entropy by push and pull).
 *
 * <p>Rumours reach nearly everybody; this reaches the rest. Whoever learned something by an
 * exchange was behind and is likely to be still, so it compares again soon, a few times, at a pace
 * that the size of the roster allows. Thus a hundred nodes that start at once, or two sides of a
 * partition that healed, agree within seconds, while a calm cluster compares twice a minute.
 */
final class AntiEntropy {
  private static final int QUICK_ROUNDS = 3;

  /** A row on the wire, about. */
  private static final int ROW_BYTES = 40;

  /** What quick rounds may cost, at most two rosters each. */
  private static final int QUICK_BYTES_PER_SECOND = 2_048;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final RandomGenerator random;
  private long dueNanos;
  private long exchangedNanos;
  private int quickRounds;

  AntiEntropy(MemberOptions options, Roster roster, Voice voice, RandomGenerator random) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.random = random;
  }

  void start(long nowNanos) {
    exchangedNanos = nowNanos;
    dueNanos = nowNanos + 5 * options.intervalNanos() + random.nextLong(options.syncNanos() / 8);
  }

  /** Whatever this node missed while it was ill, it need not wait for. */
  void hurry(long nowNanos) {
    dueNanos = nowNanos + random.nextLong(2 * options.intervalNanos());
  }

  /** What tells whether rows taken in between brought anything new. */
  long digest() {
    return roster.digest(0);
  }

  /** Rows were taken in; the digest from before them. */
  void onStates(long before, long nowNanos) {
    if (before == digest()) {
      return;
    }
    quickRounds = QUICK_ROUNDS;
    long soon = nowNanos + spread(quickNanos());
    if (soon - dueNanos < 0) {
      dueNanos = soon;
    }
  }

  void onTick(long nowNanos) {
    if (nowNanos - dueNanos < 0) {
      return;
    }
    long pause = options.syncNanos();
    if (quickRounds > 0) {
      quickRounds--;
      pause = quickNanos();
    }
    dueNanos = nowNanos + spread(pause);
    Peer partner = partner();
    if (partner != null) {
      long digest = roster.digest(voice.incarnation());
      voice.send(partner.node.gossip(), new Frame.Digest(voice.speaker(), digest));
    }
  }

  /** Rosters that differ are exchanged in full, once a second at most. */
  void onDigest(Peer peer, long digest, long nowNanos) {
    boolean due = nowNanos - exchangedNanos >= 2 * options.intervalNanos();
    if (due && digest != roster.digest(voice.incarnation())) {
      exchangedNanos = nowNanos;
      voice.sync(peer.node.gossip(), true);
    }
  }

  private long quickNanos() {
    double seconds = (double) roster.expected() * ROW_BYTES / QUICK_BYTES_PER_SECOND;
    long afford = (long) (seconds * 1e9);
    return Math.min(options.syncNanos(), Math.max(4 * options.intervalNanos(), afford));
  }

  /** Up to an eighth more or less, so that nodes do not fall into step. */
  private long spread(long nanos) {
    return nanos - nanos / 8 + random.nextLong(nanos / 4);
  }

  private @Nullable Peer partner() {
    List<Peer> peers = roster.peers();
    int from = peers.isEmpty() ? 0 : random.nextInt(peers.size());
    for (int i = 0; i < peers.size(); i++) {
      Peer peer = peers.get((from + i) % peers.size());
      if (peer.state == MemberState.ALIVE) {
        return peer;
      }
    }
    return null;
  }
}
