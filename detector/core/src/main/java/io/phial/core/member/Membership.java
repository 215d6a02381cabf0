package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** The gossip membership of one node: a deterministic state machine. Not thread-safe. */
public final class Membership {
  /** Creates it; starts nothing and sends nothing. */
  public Membership(
      MemberOptions options,
      NodeInfo self,
      long incarnation,
      RandomGenerator random,
      MemberOutbox outbox) {
    throw new UnsupportedOperationException();
  }

  /** Begins to join by the given seeds (own address among them is ignored). */
  public void start(Collection<Endpoint> seeds, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Takes a frame that passed the seal. */
  public void onFrame(Endpoint from, Frame frame, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Takes the result of a probe. */
  public void onProbe(String nodeId, ProbeResult result, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** The connection kept open to an observed node was reset or closed. A hint, never proof. */
  public void onConnectionLost(String nodeId, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Does what is due. Call every {@link MemberOptions#tickNanos}. */
  public void onTick(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Says goodbye to everyone; afterwards it is silent. */
  public void leave(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Every node known, itself included, sorted by id. */
  public List<Member> members(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** This node's incarnation; grows when it refutes. */
  public long incarnation() {
    throw new UnsupportedOperationException();
  }

  /** True while this node must not accuse anyone: starting, just stalled, or hearing nobody. */
  public boolean isImpaired() {
    throw new UnsupportedOperationException();
  }

  /** True when a majority of the known roster is in reach. */
  public boolean hasMajority() {
    throw new UnsupportedOperationException();
  }
}
