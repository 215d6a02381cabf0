package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.phial.core.wire.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What the ingresses tell the node about clients. Thread-safe; every call returns at once and may
 * be made from any event loop.
 */
public interface ClientDesk {
  /** The result of a registration. */
  sealed interface Registration {
    /**
     * The client is judged from now on.
     *
     * @param session the handle for datagrams; 0 for connections
     */
    record Accepted(int session) implements Registration {}

    /**
     * Not now.
     *
     * @param reason for the client, one short sentence
     * @param retryAfterMillis when to try again
     */
    record Refused(String reason, int retryAfterMillis) implements Registration {}
  }

  /**
   * A client whose connection lives here; it is judged here. One handle per id is in force: {@link
   * #connect} of the same id replaces the one before, whose calls change nothing from then on.
   */
  interface Connected {
    /** It beat. */
    void beat();

    /**
     * It beat and said something, which is kept as its latest word.
     *
     * @param payload within the bound that is configured; not changed afterwards
     */
    default void beat(byte[] payload) {
      beat();
    }

    /** Its connection ended without a goodbye. */
    void closed();

    /**
     * Its connection ended because it was told to go elsewhere: no verdict for that, but it is
     * judged by its silence here until another node hears of it.
     */
    default void moving() {
      closed();
    }

    /** It said goodbye. */
    void goodbye();

    /**
     * Its process is gone, as who beats for it has seen.
     *
     * @param how it was seen, for people; may be empty
     */
    void gone(String how);

    /**
     * What it says about itself now; kept for as long as its connection lives.
     *
     * @param text 1 to 64 printable ASCII characters
     */
    void payload(String text);

    /**
     * This connection does not speak for it any more, which says nothing about its life: forget it
     * here without a verdict. An anonymous connection has named itself, or this ingress stops.
     */
    void dropped();
  }

  /** What the node tells a connection. Called on any thread, and must return at once. */
  @FunctionalInterface
  interface Listener {
    /** There is no room for its client; called at most once. */
    void refused(Registration.Refused refusal);

    /** Another connection, here or at another node, speaks for its client from now on. */
    default void takenOver() {}

    /** How its beats travel, one lower-case word. */
    default String protocol() {
      return "tcp";
    }
  }

  /**
   * Registers a client of a connection that lives here. Never refused while there is room; the
   * handle works at once and beats may follow without waiting. Counts as a beat.
   *
   * @param spec with session 0
   * @param listener told what becomes of the connection's claim
   */
  Connected connect(ClientSpec spec, Listener listener);

  /** Registers a client that sends datagrams at the owner of its slot, wherever that is. */
  Future<Registration> register(ClientSpec spec);

  /**
   * Beats and goodbyes of one event loop, handed over in batches. Not thread-safe: for that loop
   * only.
   */
  interface Datagrams {
    /**
     * A beat whose MAC was right; it counts from the next {@link #flush} on at the latest.
     *
     * @return false when the session is known to be unknown: the client should register again
     */
    boolean beat(int session, int sequence);

    /**
     * A beat with a payload whose MAC was right; as a beat.
     *
     * @param payload 1 to 64 bytes, not changed afterwards
     */
    default boolean beat(int session, int sequence, byte[] payload) {
      return beat(session, sequence);
    }

    /** A goodbye whose MAC was right; as a beat. */
    void goodbye(int session, int sequence);

    /** Hands over what has gathered. */
    void flush();
  }

  /** A way for the datagrams of an event loop; for a socket that reads many at a time. */
  Datagrams datagrams(Context loop);

  /**
   * Where a connection of this client is better served.
   *
   * @return host:port of the plain TCP port of the owner of its slot, or null when that is this
   *     node or not known
   */
  default @Nullable String elsewhere(String id) {
    return null;
  }

  /**
   * Gives a client its profile: the one that it names, or else the one that claims the beginning of
   * its id; a name that nobody knows is counted and means none.
   *
   * @param mayChoose true when the client can be told another interval than it declares
   * @return the client with the number of its profile and the interval to keep
   */
  default ClientSpec profiled(ClientSpec spec, Usage usage, boolean mayChoose) {
    return spec;
  }

  /** The longest payload of a client; what the configuration allows for all is another bound. */
  default int payloadBytesMax(ClientSpec spec) {
    return Integer.MAX_VALUE;
  }

  /** When the first beat of a client is due, in milliseconds from now: spreads them evenly. */
  default int firstBeatMillis(int intervalMillis) {
    return 0;
  }

  /** The interval that a client of this declared interval is told to keep, in milliseconds. */
  int intervalMillis(long declaredNanos);

  /**
   * The interval that an acknowledgement should mention, in milliseconds.
   *
   * @return 0 to say nothing
   */
  default int ackIntervalMillis(int session) {
    return 0;
  }
}
