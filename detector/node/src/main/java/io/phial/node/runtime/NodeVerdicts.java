package io.phial.node.runtime;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.node.api.VerdictEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the log says of each node what gossip says, once. Every node hears every verdict
 * about a node; the one to write it down is the lowest id that is ALIVE or SUSPECT, the subject
 * itself left out (it hears least of what is said about it). On one loop.
 *
 * <p>What got lost while that duty moved from one node to another is found by comparing: when the
 * log says something else than gossip for {@value #PATIENCE_NANOS} ns, it is put right.
 */
final class NodeVerdicts {
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  private final String selfId;
  private final Function<String, @Nullable VerdictEvent> logged;
  private final Consumer<VerdictEvent> append;
  private final Map<String, Difference> differences = new HashMap<>();

  private record Difference(MemberState state, long sinceNanos) {}

  /**
   * Creates it.
   *
   * @param logged what the log says last of a node
   * @param append queues an event for the log
   */
  NodeVerdicts(
      String selfId,
      Function<String, @Nullable VerdictEvent> logged,
      Consumer<VerdictEvent> append) {
    this.selfId = selfId;
    this.logged = logged;
    this.append = append;
  }

  /** A verdict about a node changed, as gossip tells this node. */
  void onVerdict(VerdictEvent event, List<Member> members) {
    if (isMine(event.id(), members)) {
      append.accept(event);
    }
  }

  /** True when it is on this node to write down what happens to the subject. */
  boolean isMine(String subject, List<Member> members) {
    for (Member member : members) {
      boolean up = member.state() == MemberState.ALIVE || member.state() == MemberState.SUSPECT;
      if (up && !member.node().id().equals(subject)) {
        return member.node().id().equals(selfId);
      }
    }
    return true;
  }

  /** Compares the log with gossip; call about once a second, when nothing waits to be appended. */
  void reconcile(List<Member> members, long nowNanos, long nowEpochMillis) {
    Set<String> present = new HashSet<>();
    for (Member member : members) {
      String id = member.node().id();
      present.add(id);
      VerdictEvent said = logged.apply(id);
      boolean agrees = said != null && said.to().equals(member.state().name());
      if (agrees || !isMine(id, members)) {
        differences.remove(id);
        continue;
      }
      Difference known = differences.get(id);
      if (known == null || known.state() != member.state()) {
        differences.put(id, new Difference(member.state(), nowNanos));
      } else if (nowNanos - known.sinceNanos() >= PATIENCE_NANOS) {
        differences.remove(id);
        append.accept(event(member, said, nowEpochMillis));
      }
    }
    differences.keySet().retainAll(present);
  }

  private static VerdictEvent event(
      Member member, @Nullable VerdictEvent said, long nowEpochMillis) {
    return new VerdictEvent(
        nowEpochMillis,
        VerdictEvent.Kind.NODE,
        member.node().id(),
        said == null ? VerdictEvent.UNKNOWN : said.to(),
        member.state().name(),
        member.reason(),
        member.phi(),
        member.incarnation());
  }
}
