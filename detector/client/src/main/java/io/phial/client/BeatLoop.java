package io.phial.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one daemon thread that serves all clients of the process: a selector, a queue of tasks and a
 * queue of wake-ups. It waits without turning while there is nothing to do.
 *
 * <p>Tasks are a few per client and life, so their queue is bounded by the number of clients; each
 * client has one wake-up in force.
 */
final class BeatLoop {
  private static final class Shared {
    static final BeatLoop LOOP = new BeatLoop();
  }

  /** A wake-up; stale when its client has another one in force. */
  private record Timer(ClientChannel channel, long atNanos) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return Long.compare(atNanos - other.atNanos, 0);
    }
  }

  private final Selector selector;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Thread thread;
  private int ended;

  private BeatLoop() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector for the beat loop", e);
    }
    thread = new Thread(this::run, "phial-beats");
    thread.setDaemon(true);
  }

  /** The loop of this process; the first call starts it. */
  static BeatLoop shared() {
    return Shared.LOOP.started();
  }

  private synchronized BeatLoop started() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    return this;
  }

  /** Runs a task on the loop, soon. Any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  /** For channels on the loop's thread. */
  Selector selector() {
    return selector;
  }

  /** Has the channel woken at this time at the latest, instead of what was in force. */
  void wakeAt(ClientChannel channel, long atNanos) {
    channel.timerNanos(atNanos);
    timers.add(new Timer(channel, atNanos));
  }

  /** A client is gone; now and then the wake-ups of those that are gone are swept out. */
  void ended() {
    if (++ended > timers.size() / 2) {
      ended = 0;
      timers.removeIf(timer -> timer.channel.isClosed());
    }
  }

  /** Reports a failure of code that is not ours and goes on. */
  static void report(Throwable failure) {
    Thread current = Thread.currentThread();
    current.getUncaughtExceptionHandler().uncaughtException(current, failure);
  }

  private void run() {
    while (true) {
      try {
        turn();
      } catch (IOException | RuntimeException e) {
        // A defect of one client must not silence all others.
        report(e);
      } catch (Error e) {
        report(e);
        throw e;
      }
    }
  }

  private void turn() throws IOException {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    select();
    long nowNanos = System.nanoTime();
    var keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      ((ClientChannel) key.attachment()).ready(key, nowNanos);
    }
    wake(System.nanoTime());
  }

  private void select() throws IOException, ClosedSelectorException {
    Timer next = timers.peek();
    if (next == null) {
      selector.select();
      return;
    }
    long waitNanos = next.atNanos - System.nanoTime();
    if (waitNanos <= 0) {
      selector.selectNow();
    } else {
      // Rounded up: waking early would only turn once more.
      selector.select(TimeUnit.NANOSECONDS.toMillis(waitNanos + 999_999));
    }
  }

  private void wake(long nowNanos) {
    for (Timer next = timers.peek();
        next != null && nowNanos - next.atNanos >= 0;
        next = timers.peek()) {
      timers.poll();
      if (next.channel.timerNanos() == next.atNanos) {
        next.channel.wake(nowNanos);
      }
    }
  }
}
