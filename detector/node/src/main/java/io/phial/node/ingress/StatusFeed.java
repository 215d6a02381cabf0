package io.phial.node.ingress;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * What the whole cluster says about clients, for protocols that tell it onwards. Thread-safe;
 * nothing blocks.
 */
public interface StatusFeed {
  /**
   * The word about a client.
   *
   * @param id the client
   * @param verdict UNKNOWN, ALIVE, SUSPECT, DEAD or LEFT
   * @param atEpochMillis when it was given; 0 when not known any more
   * @param phi suspicion
   * @param reason one sentence
   */
  record Status(String id, String verdict, long atEpochMillis, double phi, String reason) {}

  /**
   * Some changes in order.
   *
   * @param missed changes that were gone before they could be read
   * @param changes what was read; may be empty though there is more to read
   * @param next where to read on; the same as before when there is nothing new
   */
  record Changes(long missed, List<Status> changes, long next) {}

  /** A reader that can be taken away. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Where the changes to come begin. */
  long position();

  /** Reads on from a position, at most so many. */
  Changes read(long from, int max);

  /** Calls back after every change, on any thread; the call must return at once. */
  Subscription subscribe(Runnable wake);

  /** Clients of all nodes whose ids follow this one, in order; fewer than the limit at the end. */
  Future<List<Status>> page(String after, int limit);

  /** Like {@link #page}, of clients that are ALIVE. */
  Future<List<Status>> alive(String after, int limit);

  /** One client; empty when nobody knows it. */
  Future<Optional<Status>> one(String id);

  /** May clients be sent to this node? */
  Future<Boolean> ready();
}
