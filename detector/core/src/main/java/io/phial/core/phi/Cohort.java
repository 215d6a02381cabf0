package io.phial.core.phi;

/**
 * What clients of a kind share: how often beats go missing in a row, and how late the others are.
 * Two tables serve every question; they are rebuilt from the counts at most once a second. Not
 * thread-safe: one writer.
 */
public final class Cohort {
  private static final long REFRESH_NANOS = 1_000_000_000L;

  private final int memoryBeats;
  private final RunSurvival runs;
  private final LatenessSurvival lateness = new LatenessSurvival();
  private int pending;
  private boolean refreshed;
  private long refreshedNanos;

  /** Creates a cohort that knows only its priors. */
  public Cohort(PhiOptions options) {
    memoryBeats = options.memoryBeats();
    runs = new RunSurvival(options.lossPrior(), options.continuationPrior());
  }

  RunSurvival runs() {
    return runs;
  }

  LatenessSurvival lateness() {
    return lateness;
  }

  /** Counts one gap and rebuilds the tables when they are a second old. */
  void counted(long nowNanos) {
    pending++;
    if (!refreshed || nowNanos - refreshedNanos >= REFRESH_NANOS) {
      refreshed = true;
      refreshedNanos = nowNanos;
      refresh();
    }
  }

  /** Rebuilds the tables now. */
  public void refresh() {
    double factor = Math.exp(-(double) pending / memoryBeats);
    pending = 0;
    runs.decay(factor);
    lateness.decay(factor);
    runs.refresh();
    lateness.refresh();
  }
}
