package io.phial.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.concurrent.TimeUnit;

/**
 * A tiny shell process that knows the pids of all children. It sends the signals that Java cannot,
 * and if this process ends without a goodbye, even by kill -9, it ends the children: those stopped
 * by SIGSTOP as well, which no watchdog inside them could. Thread-safe.
 */
public final class Warden implements AutoCloseable {
  /**
   * Commands come one per line: {@code add PID}, {@code drop PID}, or a signal's name and a pid,
   * which is answered. At the end of input whatever is left gets SIGTERM, five seconds, SIGKILL.
   * Signals of the terminal are ignored, as Ctrl-C reaches the whole process group.
   */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r verb pid; do
        case $verb in
          add) pids="$pids $pid" ;;
          drop) kept=; for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done; pids=$kept ;;
          *) if kill -"$verb" "$pid" 2>/dev/null; then echo done; else echo failed; fi ;;
        esac
      done
      for p in $pids; do kill -TERM "$p"; kill -CONT "$p"; done 2>/dev/null
      n=0
      while [ -n "$pids" ] && [ "$n" -lt 50 ]; do
        kept=; for p in $pids; do if kill -0 "$p" 2>/dev/null; then kept="$kept $p"; fi; done
        pids=$kept
        if [ -n "$pids" ]; then sleep 0.1; fi
        n=$((n + 1))
      done
      for p in $pids; do kill -KILL "$p"; done 2>/dev/null
      exit 0
      """;

  private static final int CLOSE_SECONDS_MAX = 2;

  private final Process shell;
  private final Writer commands;
  private final BufferedReader answers;

  private Warden(Process shell) {
    this.shell = shell;
    this.commands = shell.outputWriter();
    this.answers = shell.inputReader();
  }

  /** Starts the shell. */
  public static Warden start() throws IOException {
    return new Warden(
        new ProcessBuilder("sh", "-c", SCRIPT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** The shell's own pid. */
  long pid() {
    return shell.pid();
  }

  /** From now on the child ends when this process does. */
  synchronized void add(long pid) {
    tell("add", pid);
  }

  /** The child has ended: its pid may soon be somebody else's. */
  synchronized void drop(long pid) {
    if (shell.isAlive()) {
      tell("drop", pid);
    }
  }

  /**
   * Sends a signal; returns when it was sent.
   *
   * @param name without SIG
   * @throws UncheckedIOException when there is no such process, or the shell is gone
   */
  synchronized void signal(String name, long pid) {
    tell(name, pid);
    try {
      String answer = answers.readLine();
      if (!"done".equals(answer)) {
        throw new IOException("signal=" + name + " pid=" + pid + " answer=" + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell(String verb, long pid) {
    try {
      commands.write(verb + " " + pid + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the helper shell is gone", e);
    }
  }

  /** Ends the shell and, after a while, whatever children are left. */
  @Override
  public synchronized void close() {
    try {
      commands.close();
      // With children left it goes on by itself; there is no need to wait for that.
      boolean ended = shell.waitFor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
      if (ended) {
        answers.close();
      }
    } catch (IOException e) {
      shell.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
