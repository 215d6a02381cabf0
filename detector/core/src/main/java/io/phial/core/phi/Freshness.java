package io.phial.core.phi;

/**
 * When a table is to be rebuilt, and how much of it is to be forgotten then. It is rebuilt when it
 * grew by a sixteenth since the last time, and sooner when what came was unusual: a new class is
 * quick to learn, and an old one costs next to nothing per beat.
 */
final class Freshness {
  private static final double GROWTH = 1 / 16.0;
  private static final int PENDING_MIN = 8;
  private static final int RARE = 64;
  private static final double CALM = 4_096;

  /** What a table of a busy cohort remembers at least, whatever its count of beats. */
  private static final double MEMORY_NANOS = 600e9;

  private final double memoryBeats;
  private double held;
  private int pending;
  private int urgent;
  private int pendingMax = 1;
  private boolean refreshed;
  private long refreshedNanos;

  Freshness(double memoryBeats) {
    this.memoryBeats = memoryBeats;
  }

  void counted(int beats) {
    pending += beats;
  }

  /** So many more make it stale; at least 1. */
  int left() {
    return Math.max(1, pendingMax - pending - urgent);
  }

  /** What was counted is rare: it weighs like many usual beats towards the next rebuilding. */
  void hurry() {
    urgent += RARE;
  }

  /** True when single beats no longer matter: a sample of the usual ones is as good as all. */
  boolean isCalm() {
    return held >= CALM && pendingMax > 0;
  }

  boolean isStale() {
    return pending + urgent >= pendingMax;
  }

  /** Has the table rebuilt at the next occasion. */
  void spoil() {
    pendingMax = 0;
  }

  /** Starts a new period; returns by what the counts are to be multiplied. */
  double renew(long nowNanos) {
    double share = pending / memoryBeats;
    if (refreshed) {
      share = Math.min(share, Math.max(0, nowNanos - refreshedNanos) / MEMORY_NANOS);
    }
    refreshed = true;
    refreshedNanos = nowNanos;
    return renewed(Math.exp(-share));
  }

  private double renewed(double factor) {
    held = (held + pending) * factor;
    pending = 0;
    urgent = 0;
    pendingMax = PENDING_MIN + (int) Math.min(1e9, GROWTH * held);
    return factor;
  }

  /** Forgets all but so many beats; returns by what the counts are to be multiplied. */
  double forget(double beats) {
    return renewed(Math.min(1, beats / Math.max(1, held + pending)));
  }
}
