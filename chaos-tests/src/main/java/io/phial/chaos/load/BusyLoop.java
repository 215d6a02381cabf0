package io.phial.chaos.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that keeps cores busy: {@code BusyLoop THREADS SECONDS}. It ends after that time, or as
 * soon as its standard input ends, so that it cannot outlive whoever started it.
 */
public final class BusyLoop {
  private static final int SECONDS_MAX = 600;
  private static final int THREADS_MAX = 64;

  private BusyLoop() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int threads = bounded("THREADS", args[0], THREADS_MAX);
    int seconds = bounded("SECONDS", args[1], SECONDS_MAX);
    long untilNanos = System.nanoTime() + seconds * 1_000_000_000L;
    Thread parent = new Thread(BusyLoop::endWithParent, "parent-watch");
    parent.setDaemon(true);
    parent.start();
    List<Thread> spinners = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread spinner = new Thread(() -> spin(untilNanos), "spinner-" + i);
      spinner.start();
      spinners.add(spinner);
    }
    for (Thread spinner : spinners) {
      spinner.join();
    }
  }

  private static void spin(long untilNanos) {
    while (untilNanos - System.nanoTime() > 0) {
      // Reading the clock is work enough to keep the scheduler from giving the core away for free.
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Whatever is said, only the end of it matters.
      }
    } catch (IOException e) {
      // A broken pipe is an end as well.
    }
    Runtime.getRuntime().halt(0);
  }

  private static int bounded(String name, String text, int max) {
    int value = Integer.parseInt(text);
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(name + " must be 1 to " + max + ", was " + text);
    }
    return value;
  }
}
