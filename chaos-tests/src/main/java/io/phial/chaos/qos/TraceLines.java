package io.phial.chaos.qos;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a recorded trace: client, sequence, send time, arrival time, separated by commas. Blank
 * lines and lines that begin with # are skipped; the first row may be a header, whose third field
 * may end in the unit (ns, us, ms, s). An empty arrival time is a lost beat.
 */
final class TraceLines implements Closeable {
  /** Characters of a line at most. */
  static final int LINE_CHARS_MAX = 512;

  private static final int FIELDS = 4;
  private static final int FRACTION_DIGITS = 9;

  /**
   * One beat.
   *
   * @param arrivedNanos null when it was lost
   */
  record Row(
      long line, String client, long sequence, long sentNanos, @Nullable Long arrivedNanos) {}

  private final Reader reader;
  private final StringBuilder text = new StringBuilder();
  private TimeUnitOfTrace unit;
  private long line;
  private boolean isHeaderPossible = true;

  TraceLines(Path file, TimeUnitOfTrace unit) throws IOException {
    this.reader = new BufferedReader(Files.newBufferedReader(file, StandardCharsets.UTF_8));
    this.unit = unit;
  }

  /** The next beat, or null at the end. */
  @Nullable Row next() throws IOException {
    while (readLine()) {
      String content = text.toString().strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      String[] fields = content.split(",", -1);
      if (fields.length != FIELDS) {
        throw error(
            "must have 4 fields (client, sequence, send time, arrival time), has " + fields.length);
      }
      if (isHeaderPossible && isHeader(fields)) {
        isHeaderPossible = false;
        continue;
      }
      isHeaderPossible = false;
      return row(fields);
    }
    return null;
  }

  private boolean readLine() throws IOException {
    text.setLength(0);
    line++;
    int c = reader.read();
    if (c < 0) {
      return false;
    }
    while (c >= 0 && c != '\n') {
      if (text.length() == LINE_CHARS_MAX) {
        throw error("must not be longer than " + LINE_CHARS_MAX + " characters");
      }
      text.append((char) c);
      c = reader.read();
    }
    return true;
  }

  private boolean isHeader(String[] fields) {
    for (int i = 1; i < FIELDS; i++) {
      if (fields[i].isBlank() || fields[i].strip().matches("[-+.0-9].*")) {
        return false;
      }
    }
    TimeUnitOfTrace named = TimeUnitOfTrace.endOf(fields[2].strip().toLowerCase(Locale.ROOT));
    unit = named == null ? unit : named;
    return true;
  }

  private Row row(String[] fields) throws TraceFormatException {
    String client = fields[0].strip();
    if (client.isEmpty()) {
      throw error("client must not be empty");
    }
    long sequence;
    try {
      sequence = Long.parseLong(fields[1].strip());
    } catch (NumberFormatException e) {
      throw error("sequence must be a whole number, was '" + fields[1].strip() + "'");
    }
    long sent = nanos("send time", fields[2].strip());
    String arrival = fields[3].strip();
    Long arrived = arrival.isEmpty() ? null : Long.valueOf(nanos("arrival time", arrival));
    return new Row(line, client, sequence, sent, arrived);
  }

  private long nanos(String field, String value) throws TraceFormatException {
    try {
      int point = value.indexOf('.');
      String whole = point < 0 ? value : value.substring(0, point);
      String fraction = point < 0 ? "" : value.substring(point + 1);
      long nanos = Math.multiplyExact(whole.isEmpty() ? 0 : Long.parseLong(whole), unit.nanos());
      long parts = 0;
      long scale = unit.nanos();
      for (int i = 0; i < fraction.length() && i < FRACTION_DIGITS; i++) {
        scale /= 10;
        parts += scale * digit(fraction.charAt(i));
      }
      return value.startsWith("-") ? nanos - parts : Math.addExact(nanos, parts);
    } catch (NumberFormatException | ArithmeticException e) {
      throw error(field + " must be a number of " + unit.label() + ", was '" + value + "'");
    }
  }

  private static int digit(char c) {
    if (c < '0' || c > '9') {
      throw new NumberFormatException("not a digit");
    }
    return c - '0';
  }

  private TraceFormatException error(String what) {
    return new TraceFormatException(line, what);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
