package io.phial.node.cli;

import io.phial.node.api.EventLine;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.VerdictStream;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints every event as a line, from the first on, on a thread of its own: stdout may be a full
 * pipe, and no event loop may wait for it.
 */
final class EventPrinter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventPrinter.class);
  private static final int BATCH_EVENTS = 256;
  private static final long CLOSE_MILLIS_MAX = 500;

  private final VerdictStream stream;
  private final PrintWriter out;
  private final Thread thread = new Thread(this::run, "phial-events");
  private volatile boolean isClosed;

  EventPrinter(VerdictStream stream, PrintWriter out) {
    this.stream = stream;
    this.out = out;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    VerdictStream.Subscription subscription = stream.subscribe(() -> LockSupport.unpark(thread));
    long position = 0;
    try {
      while (true) {
        // Read before the drain of the batch, so that what was published before it is printed.
        boolean isLast = isClosed;
        position = print(position);
        if (isLast || out.checkError()) {
          return;
        }
        // Returns at once when something was published since the batch was read.
        LockSupport.park(this);
      }
    } finally {
      subscription.close();
    }
  }

  private long print(long from) {
    VerdictStream.Batch batch = stream.read(from, BATCH_EVENTS);
    while (batch.missed() > 0 || !batch.events().isEmpty()) {
      if (batch.missed() > 0) {
        LOG.warn("stdout is too slow: {} events were not printed", batch.missed());
      }
      for (VerdictEvent event : batch.events()) {
        // One newline on every system: these lines are for programs.
        out.print(EventLine.encode(event) + '\n');
      }
      out.flush();
      batch = stream.read(batch.nextSequence(), BATCH_EVENTS);
    }
    return batch.nextSequence();
  }

  /** Prints what is left, for half a second at most. */
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
