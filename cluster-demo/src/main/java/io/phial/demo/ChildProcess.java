package io.phial.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process that the demo started: its pid, its lines, and the faults it may suffer. Every fault
 * returns the moment right before the signal was sent, so that a measured time never flatters.
 * Thread-safe.
 */
public final class ChildProcess {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Warden warden;
  private final Writer stdin;
  private volatile boolean paused;

  private ChildProcess(String name, Process process, Warden warden) {
    this.name = name;
    this.process = process;
    this.warden = warden;
    this.stdin = process.outputWriter();
  }

  /**
   * Starts a process.
   *
   * @param name for threads and messages
   * @param command the program and its arguments
   * @param environment added to this process's own
   * @param stderr a file that its standard error is appended to
   * @param lines gets each line of its standard output, on a thread of its own
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path stderr,
      Consumer<String> lines,
      Warden warden)
      throws IOException {
    File log = stderr.toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log));
    // The user's own settings of Phial are for the user's own nodes.
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PHIAL_"));
    builder.environment().putAll(environment);
    ChildProcess child = new ChildProcess(name, builder.start(), warden);
    child.watch(lines);
    return child;
  }

  private void watch(Consumer<String> lines) {
    long pid = process.pid();
    try {
      warden.add(pid);
    } catch (UncheckedIOException e) {
      // The demo is being closed: a child that nobody would end must not live.
      process.destroyForcibly();
      throw e;
    }
    Thread reader = new Thread(() -> read(lines), name + "-stdout");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Consumer<String> lines) {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(line);
      }
    } catch (IOException e) {
      // The pipe of a killed process may break in the middle of a line: it has nothing more to say.
    }
    forget();
  }

  /** Its pid may soon be somebody else's, which the warden must not end. */
  private void forget() {
    try {
      process.waitFor();
      warden.drop(pid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException e) {
      // The helper shell has gone first; there is nobody left to tell.
    }
  }

  /** What it was started as. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** True while it runs or is paused. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /** True between {@link #pause()} and {@link #resume()}. */
  public boolean isPaused() {
    return paused;
  }

  /** Its exit code; null while it runs. */
  public @Nullable Integer exitCode() {
    return process.isAlive() ? null : process.exitValue();
  }

  /** SIGKILL. */
  public long kill() {
    long at = System.currentTimeMillis();
    process.destroyForcibly();
    return at;
  }

  /** SIGSTOP. */
  public long pause() {
    long at = System.currentTimeMillis();
    paused = true;
    warden.signal("STOP", pid());
    return at;
  }

  /** SIGCONT. */
  public long resume() {
    long at = System.currentTimeMillis();
    warden.signal("CONT", pid());
    paused = false;
    return at;
  }

  /** SIGTERM. */
  public long terminate() {
    long at = System.currentTimeMillis();
    process.destroy();
    return at;
  }

  /** Writes one line to its standard input; a process that is gone does not hear it. */
  public void tell(String line) {
    try {
      stdin.write(line + "\n");
      stdin.flush();
    } catch (IOException e) {
      // It has ended in the meantime; whoever waits for its answer sees that.
    }
  }

  /** Closes its standard input. */
  public void closeInput() {
    try {
      stdin.close();
    } catch (IOException e) {
      // It has ended already, which is what closing asks for.
    }
  }

  /** Waits for its end; false when the limit passes first. */
  public boolean awaitExit(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Wakes it if it is paused and asks it to end; does not wait. */
  void askToEnd() {
    if (process.isAlive()) {
      terminate();
      if (paused) {
        resumeQuietly();
      }
    }
  }

  private void resumeQuietly() {
    try {
      resume();
    } catch (UncheckedIOException e) {
      // It ended in between, or the shell did: the kill that follows needs neither.
    }
  }

  /** Waits for its end until the limit, then kills it and waits for that. */
  public void end(Duration graceful) throws InterruptedException {
    if (!awaitExit(graceful)) {
      kill();
      if (!awaitExit(KILL_LIMIT)) {
        throw new IllegalStateException("name=" + name + " pid=" + pid() + " survived SIGKILL");
      }
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + pid() + ")";
  }
}
