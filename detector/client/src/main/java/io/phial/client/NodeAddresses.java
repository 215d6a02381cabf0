package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's nodes are. Literals are known at once; names are looked up on a thread of their
 * own, again with each new attempt, but not more often than every few seconds. A name stands for
 * all its addresses: each new attempt takes the next one. Belongs to the loop's thread.
 */
final class NodeAddresses {
  private static final long LOOKUP_AGAIN_NANOS = 5_000_000_000L;
  private static final int LOOKUPS_WAITING_MAX = 1_024;
  private static final ThreadPoolExecutor LOOKUPS = lookups();

  private final BeatLoop loop;
  private final List<Endpoint> nodes;
  private final IntConsumer lookedUp;
  private final @Nullable InetSocketAddress[] addresses;
  private final List<List<InetSocketAddress>> all = new ArrayList<>();
  private final boolean[] literal;
  private final boolean[] underWay;
  private final boolean[] known;
  private final long[] askedNanos;

  /**
   * Creates the list; literals are in place.
   *
   * @param lookedUp told on the loop's thread that a look-up ended, well or not
   */
  NodeAddresses(BeatLoop loop, List<Endpoint> nodes, IntConsumer lookedUp) {
    this.loop = loop;
    this.nodes = nodes;
    this.lookedUp = lookedUp;
    // One more than configured, for a node that the cluster names.
    addresses = new InetSocketAddress[nodes.size() + 1];
    literal = new boolean[nodes.size()];
    underWay = new boolean[nodes.size()];
    known = new boolean[nodes.size()];
    askedNanos = new long[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      literal[i] = isLiteral(nodes.get(i).host());
      all.add(literal[i] ? lookup(nodes.get(i)) : List.of());
      addresses[i] = literal[i] && !all.get(i).isEmpty() ? all.get(i).get(0) : null;
    }
  }

  private static ThreadPoolExecutor lookups() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(LOOKUPS_WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "phial-lookups");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** The node behind the configured ones is this one from now on; a literal. */
  void learn(Endpoint named) {
    addresses[nodes.size()] = lookup(named).get(0);
  }

  /** The address, or null while it is not known. */
  @Nullable InetSocketAddress of(int node) {
    return addresses[node];
  }

  /** True while a look-up may still change what {@link #of} says. */
  boolean isUnderWay(int node) {
    return node < nodes.size() && underWay[node];
  }

  /** The index of the node with this address, or -1. */
  int indexOf(SocketAddress address) {
    for (int i = 0; i < addresses.length; i++) {
      if (address.equals(addresses[i])) {
        return i;
      }
    }
    return -1;
  }

  /** A new attempt: the next address of a name, which is looked up if that was not done lately. */
  void refresh(int node, long nowNanos) {
    if (node == nodes.size()) {
      return;
    }
    boolean lately = known[node] && nowNanos - askedNanos[node] < LOOKUP_AGAIN_NANOS;
    if (literal[node] || underWay[node]) {
      return;
    }
    if (lately) {
      turn(node);
      return;
    }
    known[node] = true;
    askedNanos[node] = nowNanos;
    try {
      underWay[node] = true;
      LOOKUPS.execute(
          () -> {
            List<InetSocketAddress> found = lookup(nodes.get(node));
            loop.execute(() -> onLookedUp(node, found));
          });
    } catch (RejectedExecutionException e) {
      // Too many wait already: what was known before has to do until the next attempt.
      underWay[node] = false;
      known[node] = false;
    }
  }

  private void onLookedUp(int node, List<InetSocketAddress> found) {
    underWay[node] = false;
    if (!found.isEmpty()) {
      all.set(node, found);
      turn(node);
    }
    lookedUp.accept(node);
  }

  /** The address after the last one, or the first when that one is gone. */
  private void turn(int node) {
    List<InetSocketAddress> choice = all.get(node);
    if (!choice.isEmpty()) {
      addresses[node] = choice.get((choice.indexOf(addresses[node]) + 1) % choice.size());
    }
  }

  private static List<InetSocketAddress> lookup(Endpoint node) {
    try {
      return Arrays.stream(InetAddress.getAllByName(node.host()))
          .limit(BeaterOptions.NODES_MAX)
          .map(address -> new InetSocketAddress(address, node.port()))
          .toList();
    } catch (UnknownHostException e) {
      // The node stays silent, which the state machine copes with.
      return List.of();
    }
  }

  /** True for what looks like an address, so that taking it apart asks nobody. */
  static boolean isLiteral(String host) {
    if (host.indexOf(':') >= 0) {
      return true;
    }
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }
}
