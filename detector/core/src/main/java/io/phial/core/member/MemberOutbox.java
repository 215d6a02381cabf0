package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;

/** Everything a {@link Membership} wants done. Called inside its methods; must not call back. */
public interface MemberOutbox {
  /** Sends a frame as one datagram; may be lost. */
  void datagram(Endpoint to, Frame frame);

  /** Sends a frame that may exceed a datagram, over a connection; best effort. */
  void stream(Endpoint to, Frame frame);

  /**
   * Tries to connect to a node's gossip port now; the answer comes back by {@link
   * Membership#onProbe}.
   */
  void probe(String nodeId, Endpoint to);

  /**
   * Says which nodes this one observes from now on; the transport keeps a connection open to each,
   * so that a reset shows at once ({@link Membership#onConnectionLost}).
   */
  void observe(java.util.Map<String, Endpoint> subjects);

  /** Publishes a change. */
  void event(MemberEvent event);
}
