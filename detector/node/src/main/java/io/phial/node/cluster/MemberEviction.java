package io.phial.node.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Hazelcast that a member is gone although its connections are open.
 *
 * <p>Uses Hazelcast's internals, because no public call does this: {@code suspectMember} makes the
 * master remove the member at once and everyone else note it, and when the master itself is the one
 * that hangs, the oldest member that suspects all before it claims mastership. So every survivor
 * has to call this. If the internals change, one warning is logged and Hazelcast follows by its own
 * heartbeat instead, up to 30 s later.
 */
final class MemberEviction {
  /** The internal call, a parameter so that its absence can be tested. */
  @FunctionalInterface
  interface Suspicion {
    void suspect(HazelcastInstance hazelcast, Member member, String reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(MemberEviction.class);

  private final Suspicion suspicion;
  private final AtomicBoolean warned = new AtomicBoolean();

  MemberEviction() {
    this(MemberEviction::suspectInternally);
  }

  MemberEviction(Suspicion suspicion) {
    this.suspicion = suspicion;
  }

  /**
   * Drops every other member that carries this node id; may block for Hazelcast's cluster lock.
   *
   * @return how many were suspected
   */
  int evict(HazelcastInstance hazelcast, String nodeId) {
    int suspected = 0;
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (!member.localMember()
          && nodeId.equals(member.getAttribute(HazelcastSettings.NODE_ATTRIBUTE))) {
        suspected += suspect(hazelcast, member, nodeId);
      }
    }
    return suspected;
  }

  private int suspect(HazelcastInstance hazelcast, Member member, String nodeId) {
    try {
      suspicion.suspect(hazelcast, member, "node " + nodeId + " is dead by gossip");
      return 1;
    } catch (LinkageError | RuntimeException e) {
      if (warned.compareAndSet(false, true)) {
        LOG.warn(
            "hazelcast cannot be told that a member is dead and follows by its own heartbeat: {}",
            ClusterException.brief(e));
      }
      return 0;
    }
  }

  private static void suspectInternally(HazelcastInstance hazelcast, Member member, String reason) {
    ClusterServiceImpl service =
        ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getClusterService();
    service.suspectMember(member, reason, true);
  }
}
