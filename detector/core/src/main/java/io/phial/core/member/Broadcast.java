package io.phial.core.member;

import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.Rumour;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Tells everybody at once, within a budget of bytes.
 *
 * <p>In a small cluster the author tells each node itself. In a larger one whoever hears an urgent
 * rumour for the first time passes it on to some random nodes and to the next few on a ring of all
 * nodes: random pushes reach nearly all in log n steps, and the ring those that chance has missed.
 * What the budget does not allow now waits for the next tick and goes with the rest in one frame;
 * beats carry it too.
 */
final class Broadcast {
  /** Up to this many nodes besides itself the author tells each one. */
  static final int DIRECT_MAX = 16;

  private static final int RANDOM = 4;
  private static final int RING = 3;
  private static final int PENDING_MAX = 64;
  private static final double FRAME_BYTES = 100;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final RandomGenerator random;
  private final List<Rumour> pending = new ArrayList<>();
  private List<Peer> ring = List.of();
  private long ringVersion = -1;
  private double budgetBytes;
  private long budgetNanos;
  private boolean started;

  Broadcast(MemberOptions options, Roster roster, Voice voice, RandomGenerator random) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
    this.random = random;
    budgetBytes = options.broadcastBytesMax();
  }

  /** True when the author of a rumour tells each node itself. */
  boolean isDirect() {
    return roster.expected() - 1 <= DIRECT_MAX;
  }

  /** Takes what everybody shall hear; a newer word on the same topic replaces the older. */
  void add(Rumour rumour) {
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).topic().equals(rumour.topic())) {
        pending.set(i, rumour);
        return;
      }
    }
    if (pending.size() < PENDING_MAX) {
      pending.add(rumour);
    }
  }

  /** Sends what waits, if the budget allows. */
  void flush(long nowNanos) {
    if (pending.isEmpty()) {
      return;
    }
    refill(nowNanos);
    if (budgetBytes <= 0) {
      return;
    }
    List<Rumour> told = fitting();
    for (Peer peer : isDirect() ? everybody() : some()) {
      tell(peer, told);
    }
    pending.removeAll(told);
  }

  private void refill(long nowNanos) {
    if (started) {
      double seconds = (nowNanos - budgetNanos) / 1e9;
      budgetBytes =
          Math.min(
              options.broadcastBytesMax(),
              budgetBytes + seconds * options.broadcastBytesPerSecond());
    }
    started = true;
    budgetNanos = nowNanos;
  }

  /** What fits into one datagram, the newest first. */
  private List<Rumour> fitting() {
    List<Rumour> told = new ArrayList<>();
    int bytes = FrameCodec.ENVELOPE_BYTES_MAX;
    for (int i = pending.size() - 1; i >= 0; i--) {
      bytes += pending.get(i).bytesMax();
      if (bytes > FrameCodec.DATAGRAM_BYTES_MAX && !told.isEmpty()) {
        break;
      }
      told.add(pending.get(i));
    }
    return told;
  }

  private void tell(Peer peer, List<Rumour> told) {
    List<Rumour> forIt = new ArrayList<>(told.size());
    double bytes = FRAME_BYTES;
    for (Rumour rumour : told) {
      if (!rumour.subject().equals(peer.id())) {
        forIt.add(rumour);
        bytes += rumour.bytesMax();
      }
    }
    if (!forIt.isEmpty()) {
      budgetBytes -= bytes;
      voice.tell(peer.node.gossip(), forIt.toArray(Rumour[]::new));
    }
  }

  private List<Peer> everybody() {
    return roster.peers().stream().filter(peer -> !peer.isGone()).toList();
  }

  private List<Peer> some() {
    List<Peer> chosen = new ArrayList<>(ring());
    chosen.removeIf(Peer::isGone);
    List<Peer> all = roster.peers();
    for (int tries = 0; tries < 4 * RANDOM && chosen.size() < RING + RANDOM; tries++) {
      Peer peer = all.get(random.nextInt(all.size()));
      if (!peer.isGone() && peer.state != MemberState.UNREACHABLE && !chosen.contains(peer)) {
        chosen.add(peer);
      }
    }
    return chosen;
  }

  /** The next nodes on the ring of hashes, those that are gone left out. */
  private List<Peer> ring() {
    if (ringVersion != roster.version()) {
      ringVersion = roster.version();
      ring = successors();
    }
    return ring;
  }

  private List<Peer> successors() {
    List<Peer> next = new ArrayList<>();
    long self = roster.self().hash;
    for (Peer peer : roster.peers()) {
      if (peer.isGone()) {
        continue;
      }
      int at = next.size();
      while (at > 0 && Long.compareUnsigned(peer.hash - self, next.get(at - 1).hash - self) < 0) {
        at--;
      }
      if (at < RING) {
        next.add(at, peer);
        if (next.size() > RING) {
          next.remove(RING);
        }
      }
    }
    return next;
  }
}
