package io.phial.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.node.api.EventLine;
import io.phial.node.api.RunningNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class NodeCommandTest {
  private final ExecutorService runner = Executors.newSingleThreadExecutor();
  private final StopSignals signals = StopSignals.onRequest();
  private final StringWriter out = new StringWriter();

  @AfterEach
  void stop() {
    runner.shutdownNow();
  }

  private Future<Integer> run(RunningNode node, String... args) {
    CommandLine line =
        new CommandLine(new NodeCommand(Map.of(), config -> node, signals))
            .setOut(new PrintWriter(out, true));
    return runner.submit(() -> line.execute(args));
  }

  private static int code(Future<Integer> run) throws Exception {
    return run.get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldRunUntilToldToStop() throws Exception {
    PuppetNode node = PuppetNode.willing();
    Future<Integer> run = run(node);
    assertThat(node.isStopWanted).isFalse();
    signals.request();

    assertThat(code(run)).isEqualTo(Main.OK);
    assertThat(node.isStopWanted).isTrue();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldPrintEveryEventFromTheFirstOnAndNothingElse() throws Exception {
    PuppetNode node = PuppetNode.willing();
    node.events.publish(PuppetNode.event("before"));
    Future<Integer> run = run(node, "--print-events");
    while (!out.toString().contains("before")) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    node.events.publish(PuppetNode.event("after"));
    signals.request();

    assertThat(code(run)).isEqualTo(Main.OK);
    assertThat(out)
        .hasToString(
            EventLine.encode(PuppetNode.event("before"))
                + "\n"
                + EventLine.encode(PuppetNode.event("after"))
                + "\n");
  }

  @Test
  void shouldFailWhenTheNodeCannotStart() throws Exception {
    PuppetNode node = PuppetNode.willing();
    PuppetNode broken = new PuppetNode();
    broken.started.fail("port taken");
    broken.stopped.complete();

    assertThat(code(run(broken))).isEqualTo(Main.FAILED);
    assertThat(broken.isStopWanted).isTrue();
    assertThat(node.isStopWanted).isFalse();
  }

  @Test
  void shouldFailWhenTheNodeFailsLater() throws Exception {
    PuppetNode node = PuppetNode.willing();
    Future<Integer> run = run(node);
    node.failure.fail("lost");

    assertThat(code(run)).isEqualTo(Main.FAILED);
    assertThat(node.isStopWanted).isTrue();
  }

  @Test
  void shouldStopANodeThatIsStillStarting() throws Exception {
    PuppetNode node = new PuppetNode();
    node.stopped.complete();
    Future<Integer> run = run(node);
    signals.request();

    assertThat(code(run)).isEqualTo(Main.OK);
    assertThat(node.isStopWanted).isTrue();
  }

  @Test
  void shouldGiveUpOnANodeThatDoesNotStop() throws Exception {
    PuppetNode node = new PuppetNode();
    node.started.complete();
    Future<Integer> run = run(node, "--set", "node.stop-timeout=1s");
    signals.request();

    assertThat(code(run)).isEqualTo(Main.FAILED);
  }

  @Test
  void shouldFailWhenTheNodeCannotBeMade() throws Exception {
    CommandLine line =
        new CommandLine(
            new NodeCommand(
                Map.of(),
                config -> {
                  throw new IllegalStateException("no");
                },
                signals));
    assertThat(line.execute()).isEqualTo(Main.FAILED);
  }
}
