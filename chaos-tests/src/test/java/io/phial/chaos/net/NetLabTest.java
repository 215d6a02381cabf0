package io.phial.chaos.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real namespaces; skipped, with the reason, where there can be none. */
@Timeout(120)
class NetLabTest {
  @BeforeAll
  static void needRoot() throws InterruptedException {
    Optional<String> obstacle = NetLab.obstacle();
    Assumptions.assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
  }

  private static boolean reaches(Host from, Host to) throws InterruptedException {
    // A connection that is refused has arrived.
    String script = "exec 3<>/dev/tcp/" + to.address() + "/9";
    try {
      Tool.run(from.command(List.of("timeout", "1", "bash", "-c", script)));
      return true;
    } catch (IOException e) {
      return e.getMessage().contains("refused");
    }
  }

  @Test
  void shouldBlockOneWayAndHeal() throws Exception {
    try (NetLab lab = NetLab.open(3)) {
      List<Host> hosts = lab.hosts();
      assertThat(reaches(hosts.get(0), hosts.get(1))).isTrue();
      lab.block(hosts.get(0), hosts.get(1));
      assertThat(reaches(hosts.get(0), hosts.get(1))).isFalse();
      assertThat(reaches(hosts.get(0), hosts.get(2))).isTrue();
      lab.heal();
      assertThat(reaches(hosts.get(0), hosts.get(1))).isTrue();
      lab.plug(hosts.get(1), false);
      assertThat(reaches(hosts.get(0), hosts.get(1))).isFalse();
      lab.plug(hosts.get(1), true);
      lab.loss(hosts.get(1), 0.99999);
      assertThat(reaches(hosts.get(0), hosts.get(1))).isFalse();
    }
  }

  @Test
  void shouldLeaveNothingBehindAndSweepWhatACrashLeft() throws Exception {
    // No process has the highest id there can be plus one.
    String orphan = "phial-4194305-1-h1";
    Tool.run("ip", "netns", "add", orphan);
    String inside;
    try (NetLab lab = NetLab.open(2)) {
      inside = Tool.run("ip", "netns", "list");
      assertThat(inside).doesNotContain(orphan).contains(lab.hosts().get(1).namespace());
    }
    String mine = "phial-" + ProcessHandle.current().pid() + "-";
    assertThat(Tool.run("ip", "netns", "list")).doesNotContain(mine);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> NetLab.open(0)).hasMessage("count must be 1 to 50, was 0");
    assertThatThrownBy(() -> Tool.run("false")).hasMessageContaining("false ended with 1");
  }
}
