package io.phial.chaos.sim;

import io.phial.core.member.MemberOptions;
import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Standing;
import java.util.ArrayList;
import java.util.List;

/** A formed cluster in virtual time, for directed trials. */
final class Cluster {
  private static final int FORMED_MAX = 100;

  final World world;
  final NoFalseDeath falseDeath;

  private Cluster(long seed, int nodes, MemberOptions options, Climate climate, int zones) {
    world = new World(seed, options, climate, zones, Narrator.silent());
    falseDeath = new NoFalseDeath(world);
    SeedRun.watch(world, falseDeath, new StaysInBounds(world));
    for (int i = 1; i <= nodes; i++) {
      world.create("n" + i);
    }
  }

  /** Starts all within a second and waits until they beat in their usual way. */
  static Cluster formed(long seed, int nodes, MemberOptions options, Climate climate) {
    Cluster cluster = new Cluster(seed, nodes, options, climate, 1);
    for (SimNode node : cluster.world.nodes()) {
      cluster.world.later(
          cluster.world.random().nextLong(World.SECOND),
          () -> {
            node.boot(cluster.world.wallSeconds());
            node.wellFromNow();
          });
    }
    cluster.world.run(20 + 2 * cluster.world.random().nextDouble());
    return cluster;
  }

  /** The same with every node told the whole roster at its start, as after a long life. */
  static Cluster preloaded(long seed, int nodes, MemberOptions options, Climate climate) {
    Cluster cluster = new Cluster(seed, nodes, options, climate, 3);
    World world = cluster.world;
    List<NodeState> states = new ArrayList<>();
    long birth = world.wallSeconds();
    for (SimNode node : world.nodes()) {
      states.add(new NodeState(node.info, birth, birth, Standing.ALIVE, EvidenceKind.SILENCE));
    }
    for (SimNode node : world.nodes()) {
      SimNode teller = world.nodes().get(node.index == 0 ? 1 : 0);
      Frame.Speaker speaker = new Frame.Speaker(teller.id, birth, birth);
      node.boot(birth);
      node.wellFromNow();
      Frame roster = new Frame.Sync(speaker, false, states);
      node.membership.onFrame(teller.info.gossip(), roster, node.clock());
    }
    return cluster;
  }

  /**
   * A cluster in calm times: a large one preloaded, as the rumours of hundreds of nodes that start
   * at once go round for a minute.
   */
  static Cluster calm(long seed, int nodes, MemberOptions options, Climate climate) {
    if (nodes <= FORMED_MAX) {
      return formed(seed, nodes, options, climate);
    }
    Cluster cluster = preloaded(seed, nodes, options, climate);
    cluster.world.run(15 + cluster.world.random().nextDouble());
    return cluster;
  }

  SimNode node(int number) {
    return world.nodes().get(number - 1);
  }

  SimNode any() {
    return world.nodes().get(world.random().nextInt(world.nodes().size()));
  }

  long sentBytes() {
    return world.nodes().stream().mapToLong(node -> node.sentBytes).sum();
  }

  /** Bytes per second and node over the next so many seconds. */
  double bytesPerSecond(double seconds) {
    long before = sentBytes();
    world.run(seconds);
    return (sentBytes() - before) / seconds / world.nodes().size();
  }

  /** Stops a node for so long and tells how soon all others knew. */
  HangTimer hang(SimNode victim, double seconds) {
    HangTimer timer = new HangTimer(world, victim);
    victim.impair();
    victim.pause();
    world.onCrash(victim);
    world.run(seconds);
    timer.stop();
    victim.resume();
    victim.repair();
    return timer;
  }
}
