package io.phial.chaos.claim;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs an area within its limit and gets a result for each of its claims, come what may. */
public final class AreaRun {
  /** How long an interrupted area may take to clean up. */
  private static final Duration CLEAN_UP_LIMIT = Duration.ofSeconds(30);

  private AreaRun() {}

  /**
   * Measures an area.
   *
   * @param progress gets lines for the person who waits
   * @throws InterruptedException when the caller is interrupted; the area is interrupted too
   */
  public static List<Result> of(Area area, Plan plan, Consumer<String> progress)
      throws InterruptedException {
    Ledger ledger = new Ledger(area.claims(plan), progress);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread worker = new Thread(() -> measure(area, plan, ledger, failure), "area-" + area.name());
    worker.setDaemon(true);
    worker.start();
    boolean inTime;
    try {
      worker.join(area.limit(plan).toMillis());
    } finally {
      inTime = !worker.isAlive();
      worker.interrupt();
    }
    if (!inTime) {
      worker.join(CLEAN_UP_LIMIT.toMillis());
      String late = "the area's limit of " + area.limit(plan).toSeconds() + " s was reached";
      progress.accept(area.name() + ": " + late);
      return ledger.close(late);
    }
    Throwable why = failure.get();
    return ledger.close(why == null ? "the area did not measure it" : sentence(why));
  }

  private static void measure(
      Area area, Plan plan, Ledger ledger, AtomicReference<@Nullable Throwable> failure) {
    try {
      area.measure(plan, ledger);
    } catch (Throwable e) {
      failure.set(e);
      ledger.note(area.name() + " broke off: " + sentence(e));
    }
  }

  /** An exception as a reason. */
  public static String sentence(Throwable e) {
    String message = e.getMessage();
    String kind = e.getClass().getSimpleName();
    return message == null || message.isBlank() ? kind : kind + ": " + message.strip();
  }
}
