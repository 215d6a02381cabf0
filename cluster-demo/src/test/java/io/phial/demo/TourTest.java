package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TourTest {
  private static final Patience NONE = new Patience(Duration.ZERO, Duration.ZERO, Duration.ZERO);
  private static final String CLIENT = VerdictEvent.CLIENT;
  private static final String NODE = VerdictEvent.NODE;
  private static final String UDP_KILLED = PuppetStage.id(Actor.Role.UDP_KILLED);
  private static final String SEED_KILLED = PuppetStage.id(Actor.Role.SEED_KILLED);
  private static final String SEED_HUNG = PuppetStage.id(Actor.Role.SEED_HUNG);
  private static final String UDP_PAUSED = PuppetStage.id(Actor.Role.UDP_PAUSED);

  private final PuppetStage stage = new PuppetStage();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private String killed = "";
  private String stopped = "";
  private String spared = "";

  /** Records a cluster that says everything right. */
  @BeforeEach
  void recordAGoodRun() throws Exception {
    chooseVictims();
    stage.after(
        "kill " + UDP_KILLED, s -> s.line(spared, 4_100, CLIENT, UDP_KILLED, "SUSPECT", "DEAD"));
    stage.after(
        "kill " + SEED_KILLED, s -> s.line(spared, 12, CLIENT, SEED_KILLED, "ALIVE", "DEAD"));
    stage.after(
        "hang " + SEED_HUNG, s -> s.line(spared, 2_300, CLIENT, SEED_HUNG, "SUSPECT", "DEAD"));
    stage.after(
        "pause " + UDP_PAUSED, s -> s.line(spared, 1_400, CLIENT, UDP_PAUSED, "ALIVE", "SUSPECT"));
    stage.after(
        "resume " + UDP_PAUSED, s -> s.line(spared, 9, CLIENT, UDP_PAUSED, "SUSPECT", "ALIVE"));
    stage.after("kill " + killed, s -> onAll(s, killed, 400, "ALIVE", "DEAD"));
    stage.after(
        "restart " + killed,
        s -> {
          s.incarnation(killed, 2);
          onAll(s, killed, 0, "DEAD", "ALIVE");
        });
    stage.after(
        "pause " + stopped,
        s -> {
          onAll(s, stopped, 1_500, "ALIVE", "UNREACHABLE");
          onAll(s, stopped, 5_100, "UNREACHABLE", "DEAD");
        });
    stage.after(
        "resume " + stopped,
        s -> {
          s.incarnation(stopped, 9);
          onAll(s, stopped, 600, "DEAD", "ALIVE");
        });
    stage.after("leave " + killed, s -> onAll(s, killed, 80, "ALIVE", "LEFT"));
  }

  /** The order of faults tells whom the seed chose; everything fails in this trial. */
  private void chooseVictims() throws InterruptedException {
    List<String> ids = new java.util.ArrayList<>(stage.nodeIds());
    java.util.Collections.shuffle(ids, new java.util.Random(1));
    killed = ids.get(0);
    stopped = ids.get(1);
    spared = ids.get(2);
  }

  /** Both others say it, the second a little later. */
  private void onAll(PuppetStage s, String subject, long afterMillis, String from, String to) {
    long after = afterMillis;
    for (String observer : s.nodeIds()) {
      if (!observer.equals(subject)) {
        s.line(observer, after, NODE, subject, from, to);
        after += 7;
      }
    }
  }

  private boolean play() throws InterruptedException {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Tour(stage, 1, NONE, new Narrator(print, true)).play();
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(lines().get(lines().size() - 1));
  }

  private JsonNode step(String name) throws IOException {
    for (JsonNode step : summary().path("steps")) {
      if (step.path("step").asText().equals(name)) {
        return step;
      }
    }
    throw new AssertionError("no step " + name + " in " + lines());
  }

  @Test
  void shouldPassWhenEverythingIsSaidByEveryone() throws Exception {
    assertThat(play()).as(() -> String.join("\n", lines())).isTrue();

    assertThat(summary().path("ok").asBoolean()).isTrue();
    assertThat(summary().path("falseDead").asInt()).isZero();
    assertThat(summary().path("clientsLost").asInt()).isZero();
    assertThat(summary().path("steps")).hasSize(10);
    assertThat(lines()).hasSize(11);
  }

  @Test
  void shouldPlayTheStepsInTheirOrder() throws Exception {
    play();

    assertThat(stage.faults())
        .containsExactly(
            "kill " + UDP_KILLED,
            "kill " + SEED_KILLED,
            "hang " + SEED_HUNG,
            "pause " + UDP_PAUSED,
            "resume " + UDP_PAUSED,
            "kill " + killed,
            "restart " + killed,
            "pause " + stopped,
            "resume " + stopped,
            "leave " + killed);
  }

  @Test
  void shouldReportTheWorstSurvivorAndEach() throws Exception {
    play();

    JsonNode stop = step("stop-node");
    assertThat(stop.path("unreachableMs").asLong()).isEqualTo(1_507);
    assertThat(stop.path("deadMs").asLong()).isEqualTo(5_107);
    assertThat(stop.path("survivors").size()).isEqualTo(2);
    assertThat(stop.path("survivors").path(spared).path("deadReason").asText())
        .isEqualTo("recorded");
    assertThat(step("kill-client").path("seedDeadMs").asLong()).isEqualTo(12);
    assertThat(step("kill-client").path("deadMs").asLong()).isGreaterThanOrEqualTo(4_100);
    assertThat(step("stop-client").path("suspectMs").asLong()).isEqualTo(1_400);
  }

  @Test
  void shouldFailWhenOneSurvivorStaysSilent() throws Exception {
    stage.after("kill " + killed, s -> s.line(spared, 400, NODE, killed, "ALIVE", "DEAD"));

    assertThat(play()).isFalse();
    assertThat(step("kill-node").path("failures").toString())
        .contains(stopped + " did not see " + killed + " DEAD within 0 s");
    assertThat(summary().path("notReached").toString()).contains("stop-node", "heal");
  }

  @Test
  void shouldNotTakeAVerdictFromBeforeTheFault() throws Exception {
    stage.after(
        "kill " + killed,
        s -> {
          s.line(spared, -1, NODE, killed, "ALIVE", "DEAD");
          s.line(stopped, 400, NODE, killed, "ALIVE", "DEAD");
        });

    assertThat(play()).isFalse();
    assertThat(step("kill-node").path("failures").toString())
        .contains(spared + " did not see " + killed + " DEAD");
  }

  @Test
  void shouldCountWhatTheResumedNodeSaysOfTheHealthy() throws Exception {
    stage.after(
        "resume " + stopped,
        s -> {
          s.incarnation(stopped, 9);
          onAll(s, stopped, 600, "DEAD", "ALIVE");
          s.line(stopped, 50, NODE, spared, "ALIVE", "DEAD");
          s.line(stopped, 90, NODE, spared, "DEAD", "ALIVE");
        });

    assertThat(play()).isFalse();
    assertThat(summary().path("falseDead").asInt()).isEqualTo(1);
    assertThat(step("resume-node").path("accusedByResumed").asInt()).isEqualTo(1);
  }

  @Test
  void shouldFailWhenTheResumedNodeKeepsItsIncarnation() throws Exception {
    stage.after("resume " + stopped, s -> onAll(s, stopped, 600, "DEAD", "ALIVE"));

    assertThat(play()).isFalse();
    assertThat(step("resume-node").path("failures").toString()).contains("new incarnation");
  }

  @Test
  void shouldCountAHealthyClientThatIsDeclaredDead() throws Exception {
    stage.after(
        "kill " + killed,
        s -> {
          onAll(s, killed, 400, "ALIVE", "DEAD");
          s.line(spared, 900, CLIENT, PuppetStage.FLEET_TCP, "SUSPECT", "DEAD");
          s.line(spared, 990, CLIENT, PuppetStage.FLEET_TCP, "DEAD", "ALIVE");
        });

    assertThat(play()).isFalse();
    assertThat(summary().path("falseDead").asInt()).isEqualTo(1);
    assertThat(step("kill-node").path("clientsDead").asInt()).isEqualTo(1);
  }

  @Test
  void shouldCountClientsThatAreLost() throws Exception {
    stage.after(
        "kill " + killed,
        s -> {
          onAll(s, killed, 400, "ALIVE", "DEAD");
          s.forgetClient(PuppetStage.FLEET_UDP);
        });

    assertThat(play()).isFalse();
    assertThat(summary().path("clientsLost").asInt()).isEqualTo(1);
    assertThat(step("kill-node").path("failures").toString())
        .contains("1 clients not ALIVE on all nodes: fleet-udp-0000=not listed on");
  }

  @Test
  void shouldFailWhenAPausedClientIsDeclaredDeadWithinItsGrace() throws Exception {
    stage.after(
        "pause " + UDP_PAUSED, s -> s.line(spared, 1_400, CLIENT, UDP_PAUSED, "ALIVE", "DEAD"));

    assertThat(play()).isFalse();
    assertThat(summary().path("falseDead").asInt()).isEqualTo(1);
    assertThat(step("stop-client").path("failures").toString()).contains("within its grace");
  }

  @Test
  void shouldFailWhenALeavingNodeDoesNotEnd() throws Exception {
    stage.exitCode(null);

    assertThat(play()).isFalse();
    assertThat(step("leave-node").path("failures").toString()).contains("did not end by itself");
  }

  @Test
  void shouldTellPeopleTheSameAndEndWithTheSummary() throws Exception {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    new Tour(stage, 1, NONE, new Narrator(print, false)).play();

    assertThat(lines()).anyMatch(l -> l.contains("stop-node: SIGSTOP " + stopped));
    assertThat(lines()).anyMatch(l -> l.contains(spared + ": ") && l.contains("deadMs=5100"));
    assertThat(summary().path("ok").asBoolean()).isTrue();
  }
}
