package io.phial.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jol.info.GraphLayout;

/**
 * Counts what is retained per client, object by object: the detectors with full windows and the map
 * that holds them, or a shard; the characters of the ids apart.
 */
final class Memory {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private Memory() {}

  static Comparison.Retained of(String detector, int clients) {
    System.err.println("weighing " + detector + ", " + clients + " clients");
    System.setProperty("jol.magicFieldOffset", "true");
    PrintStream out = System.out;
    System.setOut(
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)); // its warnings
    try {
      String[] ids = Fleet.ids(clients);
      long nowNanos = SECOND_NANOS;
      Fleet<?> fleet = CompareBenchmark.create(detector, ids, nowNanos);
      long idBytes = 0;
      for (int client = 0; client < clients; client++) {
        idBytes += ids[client].length();
        for (int beat = 1; beat <= Fleet.WINDOW + 1; beat++) {
          long at = nowNanos + beat * SECOND_NANOS;
          fleet.beat(client, at, at);
        }
      }
      long bytes = GraphLayout.parseInstance(fleet.memory()).totalSize();
      return new Comparison.Retained(detector, clients, (bytes - idBytes) / (double) clients);
    } finally {
      System.setOut(out);
    }
  }
}
