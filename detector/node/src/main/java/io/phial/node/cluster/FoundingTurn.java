package io.phial.node.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who founds the cluster when several members start at the same time. Each that finds nobody would
 * found one of its own, and Hazelcast merges them only many seconds later. So members take turns:
 * as soon as any other one listens it is joined; else the first in the order of the settings, and
 * among the addresses of one name the lowest, founds at once, and each later one waits one {@link
 * #TURN} longer. A name behind which there is nobody else yet is asked again for one turn: the
 * others may just not be published yet. Blocks; one use by one thread.
 */
final class FoundingTurn {
  /**
   * Longer than members that start together differ in starting; shorter starts a lone one sooner.
   */
  static final Duration TURN = Duration.ofSeconds(4);

  private static final int TURNS_MAX = 3;
  private static final int CONNECT_MILLIS_MAX = 300;
  private static final int PAUSE_MILLIS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(FoundingTurn.class);

  private final ClusterOptions options;
  private final BooleanSupplier stopped;
  private final MemberNames names;

  FoundingTurn(ClusterOptions options, BooleanSupplier stopped) {
    this.options = options;
    this.stopped = stopped;
    this.names = new MemberNames(options.members());
  }

  /** Returns when another member listens, or when it is this one's turn to found the cluster. */
  void await() {
    long begun = System.nanoTime();
    boolean waited = false;
    while (!stopped.getAsBoolean()) {
      List<InetSocketAddress> members = names.addresses();
      long own = TURN.multipliedBy(turn(members)).toNanos();
      long most = Math.min(own, options.startTimeout().toNanos() / 2);
      if (members.stream().anyMatch(member -> !isOwn(member) && listens(member))
          || System.nanoTime() - begun >= most) {
        break;
      }
      waited = true;
      if (!pause()) {
        break;
      }
    }
    if (waited) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      LOG.info("cluster turn node={} waitedMs={}", options.nodeId(), millis);
    }
  }

  /** How many turns this member waits: 0 founds at once. */
  private int turn(List<InetSocketAddress> members) {
    int before = 0;
    for (InetSocketAddress member : members) {
      if (isOwn(member)) {
        break;
      }
      before++;
    }
    boolean mayBeUnpublished = members.stream().allMatch(this::isOwn) && names.holdsNames();
    return Math.min(TURNS_MAX, mayBeUnpublished ? 1 : before);
  }

  private boolean isOwn(InetSocketAddress member) {
    try {
      return member.getPort() == options.hazelcastPort()
          && member.getAddress().equals(InetAddress.getByName(options.bindAddress()));
    } catch (UnknownHostException e) {
      return false; // a literal: it never is
    }
  }

  private static boolean listens(InetSocketAddress member) {
    try (Socket socket = new Socket()) {
      socket.connect(member, CONNECT_MILLIS_MAX);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
