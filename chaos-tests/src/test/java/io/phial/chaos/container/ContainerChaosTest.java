package io.phial.chaos.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The charts' pods as containers, hurt in one way after another; each leaves them whole. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ContainerChaosTest {
  private static PodCluster pods;
  private static PodScript script;

  @BeforeAll
  static void start() throws Exception {
    Engine.missing().ifPresent(why -> Assumptions.abort("containers cannot be run: " + why));
    pods = new PodCluster();
    pods.start();
    pods.startAgent();
    script = new PodScript(pods);
  }

  @AfterAll
  static void stop() {
    if (pods != null) {
      pods.close();
    }
  }

  @Test
  @Order(1)
  void shouldCallAKilledProgramDead() throws Exception {
    assertThat(script.killApp()).isPositive();
  }

  @Test
  @Order(2)
  void shouldCallAHungProgramSuspectThenDead() throws Exception {
    PodScript.Hung hung = script.hangApp();
    assertThat(hung.suspectMillis()).isLessThan(hung.deadMillis());
  }

  @Test
  @Order(3)
  void shouldSayThatAProgramLeftWithItsPod() throws Exception {
    assertThat(script.leave()).isTrue();
  }

  @Test
  @Order(4)
  void shouldAnswerStaleWhileAllNodesAreAway() throws Exception {
    assertThat(script.nodesAway(Duration.ofSeconds(8))).isEqualTo(new PodScript.Away(0, 0));
  }

  @Test
  @Order(5)
  void shouldLoseNobodyInARollingRestart() throws Exception {
    PodScript.Rolling rolling = script.rolling(1000);
    assertThat(rolling.dead()).isEmpty();
    assertThat(rolling.notLeft()).isZero();
    assertThat(rolling.notBack()).isZero();
  }

  @Test
  @Order(6)
  void shouldNoticeAPausedAndAKilledAndACutNodeAndTakeThemBack() throws Exception {
    assertThat(script.pauseNode(0)).isPositive();
    assertThat(script.killNode(1)).isPositive();
    assertThat(script.cutNode(2)).isPositive();
  }

  @Test
  @Order(7)
  void shouldNotCallAnybodyDeadForLossOrAOneWayBlock() throws Exception {
    assertThat(script.disturb(false, 0.3, Duration.ofSeconds(8))).isZero();
    assertThat(script.disturb(true, 1, Duration.ofSeconds(8))).isZero();
  }
}
