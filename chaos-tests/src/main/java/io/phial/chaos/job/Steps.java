package io.phial.chaos.job;

import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The steps of one run. Whatever happens in them, each claim of the run is entered into the ledger
 * once: with its number, or with the reason why there is none.
 */
public final class Steps {
  /** A step's work. */
  @FunctionalInterface
  public interface Body {
    void measure(Sheet sheet) throws Exception;
  }

  private final Ledger ledger;
  private final Set<Claim> owed;

  /** Begins a run that owes a result for these claims. */
  public Steps(Ledger ledger, Collection<Claim> owed) {
    this.ledger = ledger;
    this.owed = new LinkedHashSet<>(owed);
  }

  /**
   * Makes a step. Its failure is entered and does not reach the caller, so that the next one is
   * made.
   *
   * @throws InterruptedException when the area's time is over
   */
  public void step(List<Claim> claims, Body body) throws InterruptedException {
    Sheet sheet = new Sheet(ledger);
    long startNanos = System.nanoTime();
    String reason = "its step ended without a number";
    try {
      body.measure(sheet);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      reason = AreaRun.sentence(e);
      sheet.note(reason);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    for (Claim claim : claims) {
      Double number = sheet.number(claim);
      if (number != null) {
        ledger.measured(claim, number, took);
      } else {
        ledger.unmeasured(claim, reason, took);
      }
      owed.remove(claim);
    }
  }

  /** Ends the run: what is still owed could not be measured for this reason. */
  public void giveUp(String reason) {
    owed.forEach(claim -> ledger.unmeasured(claim, reason, Duration.ZERO));
    owed.clear();
  }
}
