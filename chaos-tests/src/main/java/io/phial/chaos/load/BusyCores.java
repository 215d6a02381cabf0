package io.phial.chaos.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Another process that keeps every core busy until this is closed, or a limit at the latest. */
public final class BusyCores implements AutoCloseable {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final Process process;

  private BusyCores(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param limit when it ends by itself, at most ten minutes
   */
  public static BusyCores start(Duration limit) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx16m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            BusyLoop.class.getName(),
            Integer.toString(cores),
            Long.toString(limit.toSeconds()));
    return new BusyCores(
        builder
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** True while it burns; false too when it could not start. */
  public boolean isBusy() {
    return process.isAlive();
  }

  /** Waits for its end; false when the time passes first. */
  boolean awaitEnd(Duration time) throws InterruptedException {
    return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends it, by its process id. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      boolean ended = awaitEnd(KILL_LIMIT);
      assert ended : "pid=" + process.pid() + " survived SIGKILL";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
