package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ChildProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Says so when it is ready, then repeats what it is told. */
  private static final List<String> PARROT = List.of("sh", "-c", "echo ready; exec cat");

  /** As the parrot, but deaf to SIGTERM and to the end of its input. */
  private static final List<String> STUBBORN =
      List.of("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done");

  @TempDir private Path directory;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private Warden warden;

  @BeforeEach
  void startWarden() throws IOException {
    warden = Warden.start();
  }

  @AfterEach
  void stopWarden() {
    warden.close();
  }

  private ChildProcess start(List<String> command) throws IOException, InterruptedException {
    Path log = directory.resolve("child.log");
    ChildProcess child = ChildProcess.start("child", command, Map.of(), log, lines::add, warden);
    assertThat(nextLine()).isEqualTo("ready");
    return child;
  }

  private String nextLine() throws InterruptedException {
    return lines.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void shouldHearItsLinesAndTellItSome() throws Exception {
    ChildProcess child = start(PARROT);
    child.tell("hello");

    assertThat(nextLine()).isEqualTo("hello");
    assertThat(child.isRunning()).isTrue();
    assertThat(child.exitCode()).isNull();
    child.closeInput();
    assertThat(child.awaitExit(LIMIT)).isTrue();
    assertThat(child.exitCode()).isZero();
  }

  @Test
  void shouldPauseAndResume() throws Exception {
    ChildProcess child = start(PARROT);
    long before = System.currentTimeMillis();

    assertThat(child.pause()).isGreaterThanOrEqualTo(before);
    assertThat(child.isPaused()).isTrue();
    assertThat(child.isRunning()).isTrue();
    child.tell("while it sleeps");
    assertThat(lines).isEmpty();
    child.resume();

    assertThat(nextLine()).isEqualTo("while it sleeps");
    assertThat(child.isPaused()).isFalse();
    child.end(Duration.ZERO);
  }

  @Test
  void shouldKill() throws Exception {
    ChildProcess child = start(PARROT);
    child.kill();

    assertThat(child.awaitExit(LIMIT)).isTrue();
    assertThat(child.exitCode()).isEqualTo(137);
  }

  @Test
  void shouldEndWhatIsPaused() throws Exception {
    ChildProcess child = start(PARROT);
    child.pause();
    child.askToEnd();
    child.end(LIMIT);

    assertThat(child.exitCode()).isEqualTo(143);
  }

  @Test
  void shouldKillWhatDoesNotEndInTime() throws Exception {
    ChildProcess child = start(STUBBORN);
    child.askToEnd();
    child.end(Duration.ofMillis(1));

    assertThat(child.exitCode()).isEqualTo(137);
  }

  @Test
  void shouldSayThatASignalReachedNobody() throws Exception {
    ChildProcess child = start(PARROT);
    child.kill();
    assertThat(child.awaitExit(LIMIT)).isTrue();

    assertThatThrownBy(child::pause)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("signal=STOP pid=" + child.pid() + " answer=failed");
  }

  @Test
  void shouldEndAPausedChildWhenTheParentVanishes() throws Exception {
    ChildProcess child = start(PARROT);
    child.pause();
    // What the kernel does for a parent that is gone: the shell's input ends.
    warden.close();

    assertThat(child.awaitExit(LIMIT)).isTrue();
    assertThat(child.exitCode()).isEqualTo(143);
  }

  @Test
  void shouldKillAStubbornChildWhenTheParentVanishes() throws Exception {
    ChildProcess child = start(STUBBORN);
    warden.close();

    assertThat(child.awaitExit(LIMIT)).isTrue();
    assertThat(child.exitCode()).isEqualTo(137);
  }

  @Test
  void shouldSpareWhatHasEndedBefore() throws Exception {
    ChildProcess spared = start(PARROT);
    warden.drop(spared.pid());
    ChildProcess ended = start(PARROT);
    warden.close();

    assertThat(ended.awaitExit(LIMIT)).isTrue();
    assertThat(spared.isRunning()).isTrue();
    spared.kill();
    assertThat(spared.awaitExit(LIMIT)).isTrue();
  }

  @Test
  void shouldGiveItTheSettingsMeantForIt() throws Exception {
    Path log = directory.resolve("child.log");
    ChildProcess child =
        ChildProcess.start(
            "child",
            List.of("sh", "-c", "env"),
            Map.of("PHIAL_NODE_ID", "given"),
            log,
            lines::add,
            warden);
    assertThat(child.awaitExit(LIMIT)).isTrue();
    // Its last lines may come after its end.
    String line = nextLine();
    while (line != null && !line.equals("PHIAL_NODE_ID=given")) {
      line = nextLine();
    }

    assertThat(line).isEqualTo("PHIAL_NODE_ID=given");
  }
}
