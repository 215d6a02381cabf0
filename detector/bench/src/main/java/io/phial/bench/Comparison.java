package io.phial.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was measured of all detectors in one run, as a table or as JSON. Not thread-safe. */
final class Comparison {
  /**
   * The time of one operation.
   *
   * @param detector whose, or {@code limit} for the bare record
   * @param clients how many
   * @param operation what was done
   * @param nanos processor time, of the best iteration
   * @param clockNanos time on the clock, of the mean iteration
   * @param allocatedBytes garbage of one operation
   */
  record Speed(
      String detector,
      int clients,
      String operation,
      double nanos,
      double clockNanos,
      double allocatedBytes) {}

  /**
   * What is held per client.
   *
   * @param detector whose
   * @param clients how many
   * @param bytesPerClient all objects, characters of ids apart
   */
  record Retained(String detector, int clients, double bytesPerClient) {}

  private static final int[] SIZES = {1, 100_000, 1_000_000};

  private final List<Speed> speeds = new ArrayList<>();
  private final List<Retained> retained = new ArrayList<>();

  void measured(Speed speed) {
    speeds.add(speed);
  }

  void retained(Retained bytes) {
    retained.add(bytes);
  }

  private double nanos(String detector, int clients, String operation) {
    return speeds.stream()
        .filter(s -> s.detector().equals(detector) && s.clients() == clients)
        .filter(s -> s.operation().equals(operation))
        .mapToDouble(Speed::nanos)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Rows of detectors and operations, columns of sizes. */
  String table() {
    StringBuilder out = new StringBuilder();
    line(out, "ns of processor time per operation", "hot", "100,000", "1,000,000", "B allocated");
    row(out, "limit", "record", "a bare 64-byte record");
    for (String detector : List.of("phial", "cassandra", "hazelcast", "pekko")) {
      row(out, detector, "handle", detector + ": beat and phi, by handle");
    }
    for (String detector : List.of("phial", "cassandra", "hazelcast", "pekko")) {
      row(out, detector, "id", detector + ": beat and phi, by id");
    }
    row(out, "phial", "batch", "phial: beat and phi, by handle, 64 at once");
    row(out, "phial", "judged", "phial: beat and phi, wheel included");
    row(out, "phial", "deadline", "phial: deadline of a client");
    out.append('\n');
    line(out, "ratio", "hot", "100,000", "1,000,000", "");
    ratio(out, "cassandra : phial, by handle", "cassandra", "handle", "handle");
    ratio(out, "cassandra : phial, 64 at once", "cassandra", "handle", "batch");
    ratio(out, "cassandra : phial, by id", "cassandra", "id", "id");
    ratio(out, "limit : phial, by handle", "limit", "record", "handle");
    ratio(out, "limit : phial, 64 at once", "limit", "record", "batch");
    out.append('\n');
    for (Retained r : retained) {
      String what = String.format(Locale.ROOT, "%s, %,d clients", r.detector(), r.clients());
      line(
          out, what, "", "", String.format(Locale.ROOT, "%,.1f", r.bytesPerClient()), "B retained");
    }
    return out.toString();
  }

  private void row(StringBuilder out, String detector, String operation, String title) {
    double allocated =
        speeds.stream()
            .filter(s -> s.detector().equals(detector) && s.operation().equals(operation))
            .mapToDouble(Speed::allocatedBytes)
            .max()
            .orElse(Double.NaN);
    line(
        out,
        title,
        number(nanos(detector, SIZES[0], operation)),
        number(nanos(detector, SIZES[1], operation)),
        number(nanos(detector, SIZES[2], operation)),
        String.format(Locale.ROOT, "%.2f", allocated));
  }

  private void ratio(StringBuilder out, String title, String detector, String theirs, String ours) {
    String[] cells = new String[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      double ratio = nanos(detector, SIZES[i], theirs) / nanos("phial", SIZES[i], ours);
      cells[i] = String.format(Locale.ROOT, "%.2f", ratio);
    }
    line(out, title, cells[0], cells[1], cells[2], "");
  }

  private static String number(double nanos) {
    return Double.isNaN(nanos) ? "-" : String.format(Locale.ROOT, "%,.1f", nanos);
  }

  private static void line(StringBuilder out, String a, String b, String c, String d, String e) {
    out.append(String.format(Locale.ROOT, "%-40s %10s %10s %10s %12s%n", a, b, c, d, e));
  }

  /** One object with two arrays. */
  String json() {
    String times =
        speeds.stream()
            .map(
                s ->
                    String.format(
                        Locale.ROOT,
                        "{\"detector\":\"%s\",\"clients\":%d,\"operation\":\"%s\",\"nanos\":%.2f,"
                            + "\"clockNanos\":%s,\"allocatedBytes\":%s}",
                        s.detector(),
                        s.clients(),
                        s.operation(),
                        s.nanos(),
                        jsonNumber(s.clockNanos()),
                        jsonNumber(s.allocatedBytes())))
            .collect(Collectors.joining(",\n  "));
    String bytes =
        retained.stream()
            .map(
                r ->
                    String.format(
                        Locale.ROOT,
                        "{\"detector\":\"%s\",\"clients\":%d,\"retainedBytes\":%.1f}",
                        r.detector(),
                        r.clients(),
                        r.bytesPerClient()))
            .collect(Collectors.joining(",\n  "));
    return "{\"speed\":[\n  " + times + "],\n \"memory\":[\n  " + bytes + "]}";
  }

  private static String jsonNumber(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
  }
}
