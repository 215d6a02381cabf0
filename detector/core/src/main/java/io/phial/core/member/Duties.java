package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whom this node observes and who observes it. After a change of the roster every row is looked at
 * again: most are done with after a glance at some dozens of others that draw better than this
 * node, the few that are left take a pass over the roster each. In large clusters this is done in
 * slices. Who beats here is looked at first.
 */
final class Duties {
  /** Draws per slice. */
  private static final int DRAWS_MAX = 16_384;

  private final MemberOptions options;
  private final Roster roster;
  private final MemberOutbox outbox;
  private final List<Peer> observed = new ArrayList<>();
  private List<Peer> targets = List.of();
  private long targetsVersion = -1;
  private long seenVersion = -1;
  private int cursor;
  private int left;
  private boolean changed;
  private Map<String, Endpoint> published = Map.of();

  Duties(MemberOptions options, Roster roster, MemberOutbox outbox) {
    this.options = options;
    this.roster = roster;
    this.outbox = outbox;
  }

  /** Whom this node observes. */
  List<Peer> observed() {
    return observed;
  }

  /** The observers of this node: where its beats go. */
  List<Peer> targets() {
    if (targetsVersion != roster.version()) {
      targetsVersion = roster.version();
      targets.forEach(peer -> peer.target = false);
      targets = List.copyOf(roster.observersOf(roster.self()));
      targets.forEach(
          peer -> {
            peer.target = true;
            roster.watch(peer);
          });
    }
    return targets;
  }

  /** Starts and ends observations as the roster demands; publishes when they changed. */
  void update(long nowNanos) {
    if (seenVersion != roster.version()) {
      seenVersion = roster.version();
      left = roster.peers().size();
      // An address may have changed too.
      changed = true;
      observed.removeIf(
          peer -> {
            boolean ends = peer.isGone();
            if (ends) {
              end(peer);
            }
            return ends;
          });
    }
    int draws = 0;
    List<Peer> peers = roster.peers();
    while (left > 0 && draws < DRAWS_MAX) {
      left--;
      cursor = cursor + 1 < peers.size() ? cursor + 1 : 0;
      draws += look(peers.get(cursor), nowNanos);
    }
    publish();
  }

  /** Someone beats here: it holds this node for its observer. */
  void lookAtOnce(Peer peer, long nowNanos) {
    if (left > 0 && !peer.observed) {
      look(peer, nowNanos);
      publish();
    }
  }

  /** Returns how many draws it took. */
  private int look(Peer peer, long nowNanos) {
    List<Peer> all = roster.all();
    int max = options.observers();
    int draws = peer.isGone() ? -1 : Observers.outdrawnAfter(roster.self(), peer, all, max);
    boolean mine = draws > 0 && isAmongObservers(peer);
    if (mine && !peer.observed) {
      peer.observed = true;
      roster.watch(peer).observe(options, nowNanos);
      observed.add(peer);
      changed = true;
    } else if (!mine && peer.observed) {
      observed.remove(peer);
      end(peer);
    }
    return draws < 0 ? -draws : draws + all.size();
  }

  private boolean isAmongObservers(Peer peer) {
    List<Peer> observers =
        peer.watch == null
            ? Observers.of(peer, roster.all(), options.observers())
            : roster.observersOf(peer);
    return observers.contains(roster.self());
  }

  private void end(Peer peer) {
    peer.observed = false;
    changed = true;
    Watch watch = peer.watch;
    if (watch != null) {
      watch.unobserve();
    }
  }

  private void publish() {
    if (!changed) {
      return;
    }
    changed = false;
    Map<String, Endpoint> subjects = new TreeMap<>();
    observed.forEach(peer -> subjects.put(peer.id(), peer.node.gossip()));
    if (!subjects.equals(published)) {
      published = subjects;
      outbox.observe(new TreeMap<>(subjects));
    }
  }
}
