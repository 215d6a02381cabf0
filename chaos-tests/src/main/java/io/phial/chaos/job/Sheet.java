package io.phial.chaos.job;

import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one step measures: its claims' numbers, and notes for the person who waits. */
public final class Sheet {
  private final Map<Claim, Double> numbers = new HashMap<>();
  private final Ledger ledger;

  Sheet(Ledger ledger) {
    this.ledger = ledger;
  }

  /** A claim's number. */
  public void put(Claim claim, long number) {
    numbers.put(claim, (double) number);
  }

  /** A claim's number. */
  public void put(Claim claim, double number) {
    numbers.put(claim, number);
  }

  /** The number of a claim, if there is one. */
  @Nullable Double number(Claim claim) {
    return numbers.get(claim);
  }

  /** A line for the person who waits. */
  public void note(String line) {
    ledger.note("  " + line);
  }
}
