package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.node.api.VerdictEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeVerdictsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, VerdictEvent> logged = new HashMap<>();
  private final List<String> appended = new ArrayList<>();
  private List<Member> members =
      List.of(
          member("n1", MemberState.ALIVE),
          member("n2", MemberState.ALIVE),
          member("n3", MemberState.ALIVE));

  private NodeVerdicts at(String self) {
    return new NodeVerdicts(
        self,
        logged::get,
        event -> appended.add(self + ": " + event.id() + " " + event.from() + " " + event.to()));
  }

  private static Member member(String id, MemberState state) {
    return new Member(node(id), 1, state, 0, 0, 0, false, "because");
  }

  private static VerdictEvent event(String id, String from, String to) {
    return new VerdictEvent(5, VerdictEvent.Kind.NODE, id, from, to, "why", 3, 1);
  }

  @Test
  void shouldBeWrittenByOneNodeWhoeverTheSubjectIs() {
    for (String subject : List.of("n1", "n2", "n3")) {
      for (String self : List.of("n1", "n2", "n3")) {
        at(self).onVerdict(event(subject, "ALIVE", "SUSPECT"), members);
      }
    }
    assertThat(appended)
        .containsExactly("n2: n1 ALIVE SUSPECT", "n1: n2 ALIVE SUSPECT", "n1: n3 ALIVE SUSPECT");
  }

  @Test
  void shouldFallToTheNextWhenTheFirstIsNotReached() {
    members =
        List.of(
            member("n1", MemberState.UNREACHABLE),
            member("n2", MemberState.SUSPECT),
            member("n3", MemberState.ALIVE));
    assertThat(at("n2").isMine("n1", members)).isTrue();
    assertThat(at("n3").isMine("n2", members)).isTrue();
    assertThat(at("n2").isMine("n3", members)).isTrue();
    assertThat(at("n1").isMine("n3", members)).isFalse();
  }

  @Test
  void shouldPutTheLogRightOnceItWasWrongForAWhile() {
    NodeVerdicts first = at("n1");
    logged.put("n2", event("n2", "SUSPECT", "UNREACHABLE"));
    logged.put("n3", event("n3", "UNKNOWN", "ALIVE"));
    first.reconcile(members, 0, 1);
    first.reconcile(members, 2 * SECOND, 1);
    assertThat(appended).isEmpty();
    first.reconcile(members, 3 * SECOND, 1);
    assertThat(appended).containsExactly("n1: n2 UNREACHABLE ALIVE");
    logged.put("n2", event("n2", "UNREACHABLE", "ALIVE"));
    first.reconcile(members, 9 * SECOND, 1);
    assertThat(appended).hasSize(1);
  }

  @Test
  void shouldNotWriteWhatIsForAnotherToWrite() {
    NodeVerdicts third = at("n3");
    third.reconcile(members, 0, 1);
    third.reconcile(members, 60 * SECOND, 1);
    assertThat(appended).isEmpty();
  }
}
