package io.phial.chaos.qos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded trace. The file is read twice: first to check it and to find each sender's interval,
 * then as a stream. One whose arrival times go back is sorted in memory if it is not too long.
 *
 * <p>The interval of a sender is the lower median of its first {@value #STEPS} steps between sent
 * beats, unless it is given.
 */
final class RecordedTrace implements BeatSource {
  /** Senders at most. */
  static final int CLIENTS_MAX = 100_000;

  /** Rows at most. */
  static final long ROWS_MAX = 200_000_000L;

  /** Rows at most of a file whose arrival times go back. */
  static final int UNSORTED_ROWS_MAX = 4_000_000;

  private static final int STEPS = 32;

  /** What the first reading finds of one sender. */
  private static final class Sender {
    final int number;
    long sequence;
    long sentNanos;
    final long[] steps = new long[STEPS];
    int known;

    Sender(int number, TraceLines.Row row) {
      this.number = number;
      this.sequence = row.sequence();
      this.sentNanos = row.sentNanos();
    }

    void sent(TraceLines.Row row) {
      long beats = row.sequence() - sequence;
      if (beats > 0 && known < STEPS) {
        steps[known++] = (row.sentNanos() - sentNanos) / beats;
      }
      if (beats > 0) {
        sequence = row.sequence();
        sentNanos = row.sentNanos();
      }
    }

    long intervalNanos(long otherwise) {
      if (known == 0) {
        return otherwise;
      }
      long[] sorted = Arrays.copyOf(steps, known);
      Arrays.sort(sorted);
      return Math.max(1, sorted[(known - 1) / 2]);
    }
  }

  private final String name;
  private final TraceLines lines;
  private final Map<String, Sender> senders = new HashMap<>();
  private final long givenIntervalNanos;
  private final @Nullable List<Beat> sorted;
  private int position;

  /**
   * Checks the file.
   *
   * @param intervalNanos the interval of every sender, or 0 to find it
   * @throws TraceFormatException when a line is wrong
   */
  RecordedTrace(Path file, TimeUnitOfTrace unit, long intervalNanos) throws IOException {
    this.name = String.valueOf(file.getFileName());
    this.givenIntervalNanos = intervalNanos;
    boolean isSorted;
    try (TraceLines first = new TraceLines(file, unit)) {
      isSorted = scan(first);
    }
    this.lines = new TraceLines(file, unit);
    this.sorted = isSorted ? null : sort();
  }

  /** True when arrival times never go back. */
  private boolean scan(TraceLines first) throws IOException {
    long rows = 0;
    long regress = 0;
    long arrivedNanos = Long.MIN_VALUE;
    for (TraceLines.Row row = first.next(); row != null; row = first.next()) {
      TraceLines.Row current = row;
      Sender sender = senders.get(row.client());
      if (sender == null) {
        sender = new Sender(senders.size(), current);
        senders.put(row.client(), sender);
      }
      sender.sent(row);
      check(++rows, row.line());
      Long arrived = row.arrivedNanos();
      if (arrived != null && arrived < arrivedNanos && regress == 0) {
        regress = row.line();
      }
      arrivedNanos = arrived == null ? arrivedNanos : Math.max(arrivedNanos, arrived);
      if (regress > 0 && rows > UNSORTED_ROWS_MAX) {
        throw new TraceFormatException(
            regress,
            "arrival time must not go back in a file of more than "
                + UNSORTED_ROWS_MAX
                + " rows; sort it by arrival time");
      }
    }
    if (arrivedNanos == Long.MIN_VALUE) {
      throw new TraceFormatException(1, "the file must have a beat that arrived");
    }
    return regress == 0;
  }

  private void check(long rows, long line) throws TraceFormatException {
    if (senders.size() > CLIENTS_MAX) {
      throw new TraceFormatException(line, "clients must be at most " + CLIENTS_MAX);
    }
    if (rows > ROWS_MAX) {
      throw new TraceFormatException(line, "rows must be at most " + ROWS_MAX);
    }
  }

  private List<Beat> sort() throws IOException {
    List<Beat> beats = new ArrayList<>();
    for (Beat beat = read(); beat != null; beat = read()) {
      beats.add(beat);
    }
    beats.sort(Comparator.comparingLong(Beat::arrivedNanos));
    return beats;
  }

  /** The next beat of the file that arrived, or null at its end. */
  private @Nullable Beat read() throws IOException {
    for (TraceLines.Row row = lines.next(); row != null; row = lines.next()) {
      Long arrived = row.arrivedNanos();
      Sender sender = senders.get(row.client());
      if (arrived != null && sender != null) {
        long interval =
            givenIntervalNanos > 0 ? givenIntervalNanos : sender.intervalNanos(Schedule.SECOND);
        return new Beat(
            sender.number, row.sequence(), row.sentNanos(), arrived, interval, Part.STEADY);
      }
    }
    return null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int clients() {
    return senders.size();
  }

  @Override
  public long intervalNanos() {
    if (givenIntervalNanos > 0) {
      return givenIntervalNanos;
    }
    long[] all =
        senders.values().stream()
            .mapToLong(s -> s.intervalNanos(Schedule.SECOND))
            .sorted()
            .toArray();
    return all[(all.length - 1) / 2];
  }

  @Override
  public boolean next(Beats batch) throws IOException {
    batch.clear();
    while (!batch.isFull()) {
      Beat beat =
          sorted == null ? read() : position < sorted.size() ? sorted.get(position++) : null;
      if (beat == null) {
        break;
      }
      batch.add(beat);
    }
    return batch.size() > 0;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
