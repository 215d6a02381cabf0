package io.phial.chaos.claim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The book of one area's run: takes samples as they come and owes a result for every claim that was
 * announced, whatever happens to the measurement. Thread-safe.
 */
public final class Ledger {
  private static final class Entry {
    final List<Double> samples = new ArrayList<>();
    @Nullable String reason;
    Duration took = Duration.ZERO;
  }

  private final Map<Claim, Entry> entries = new LinkedHashMap<>();
  private final Consumer<String> progress;
  private boolean closed;

  /**
   * Opens the book.
   *
   * @param claims those announced, in the order in which they are shown
   * @param progress gets one line for each thing entered
   */
  public Ledger(Collection<Claim> claims, Consumer<String> progress) {
    this.progress = progress;
    claims.forEach(claim -> entries.put(claim, new Entry()));
  }

  /** A run measured this number. */
  public synchronized void measured(Claim claim, double sample, Duration took) {
    Entry entry = entry(claim);
    if (!closed) {
      entry.samples.add(sample);
      entry.took = entry.took.plus(took);
      progress.accept(line(claim, Numbers.text(sample) + " " + claim.unit()));
    }
  }

  /** A run could not measure the claim. The first reason is kept. */
  public synchronized void unmeasured(Claim claim, String reason, Duration took) {
    Entry entry = entry(claim);
    if (!closed) {
      entry.reason = entry.reason == null ? reason : entry.reason;
      entry.took = entry.took.plus(took);
      progress.accept(line(claim, "could not be measured: " + reason));
    }
  }

  /** A line for the person who waits. */
  public void note(String line) {
    progress.accept(line);
  }

  /** Closes the book; claims without an entry are unmeasured for the reason given. */
  public synchronized List<Result> close(String reasonOfTheRest) {
    closed = true;
    List<Result> results = new ArrayList<>();
    entries.forEach(
        (claim, entry) -> {
          boolean empty = entry.samples.isEmpty() && entry.reason == null;
          String reason = empty ? reasonOfTheRest : entry.reason;
          results.add(new Result(claim, entry.samples, reason, entry.took));
        });
    return List.copyOf(results);
  }

  private Entry entry(Claim claim) {
    Entry entry = entries.get(claim);
    if (entry == null) {
      throw new IllegalArgumentException("claim=" + claim.text() + " was not announced");
    }
    return entry;
  }

  private static String line(Claim claim, String outcome) {
    return claim.text() + " (" + claim.bound() + " " + claim.unit() + "): " + outcome;
  }
}
