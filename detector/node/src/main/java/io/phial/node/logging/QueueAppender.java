package io.phial.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands lines to a thread that writes them, because stderr may be a full pipe and an event loop
 * must not wait for it. At most {@value #LINES_MAX} lines wait; beyond that new ones are dropped
 * and counted, and the count is written as a line of its own as soon as there is room.
 */
final class QueueAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int LINES_MAX = 8192;
  private static final long POLL_MILLIS = 50;

  private final BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(LINES_MAX);
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Line line;
  private final OutputStream out;
  private @Nullable Thread writer;
  private long droppedTold;

  QueueAppender(Line line, OutputStream out) {
    this.line = line;
    this.out = out;
  }

  @Override
  public void start() {
    super.start();
    Thread thread = new Thread(this::write, "phial-log");
    thread.setDaemon(true);
    thread.start();
    writer = thread;
  }

  @Override
  protected void append(ILoggingEvent event) {
    // The arguments may change after this call.
    event.prepareForDeferredProcessing();
    if (queue.offer(event)) {
      accepted.incrementAndGet();
    } else {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void stop() {
    super.stop();
    Thread thread = writer;
    if (thread != null) {
      thread.interrupt();
    }
  }

  long dropped() {
    return dropped.get();
  }

  /** Waits until what was accepted before this call is written; bounded. */
  void flush(Duration max) {
    long end = System.nanoTime() + max.toNanos();
    long target = accepted.get();
    try {
      while (written.get() - target < 0 && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      while (isStarted()) {
        ILoggingEvent event = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          write(text(event));
          if (queue.isEmpty()) {
            tellDropped();
            out.flush();
          }
          written.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      // Stopped: whoever wanted the rest has flushed.
    } catch (IOException e) {
      addError("log lines cannot be written", e);
    }
  }

  private void tellDropped() throws IOException {
    long now = dropped.get();
    if (now != droppedTold) {
      LoggingEvent event = new LoggingEvent();
      event.setLevel(Level.WARN);
      event.setLoggerName(QueueAppender.class.getName());
      event.setThreadName(Thread.currentThread().getName());
      event.setInstant(Instant.now());
      event.setMessage("log lines dropped: " + (now - droppedTold));
      write(line.of(event));
      droppedTold = now;
    }
  }

  /** A line that cannot be made must not end the thread that writes the others. */
  private String text(ILoggingEvent event) {
    try {
      return line.of(event);
    } catch (RuntimeException e) {
      return "log line lost: " + e.getClass().getName() + "\n";
    }
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
