package io.phial.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Everything the nodes of a cluster said, in the order in which it was read. Thread-safe.
 *
 * <p>Holds at most {@value #SIGHTINGS_MAX} sightings; beyond that the older half is forgotten and
 * counted, so a demo may run for weeks.
 */
public final class VerdictLog {
  /** How many sightings are kept at most. */
  public static final int SIGHTINGS_MAX = 100_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private final List<Sighting> kept = new ArrayList<>();
  private long forgotten;

  /** Adds one and wakes whoever waits. */
  public void add(Sighting sighting) {
    lock.lock();
    try {
      if (kept.size() == SIGHTINGS_MAX) {
        kept.subList(0, SIGHTINGS_MAX / 2).clear();
        forgotten += SIGHTINGS_MAX / 2;
      }
      kept.add(sighting);
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many were ever added; a position for {@link #since(long)}. */
  public long position() {
    lock.lock();
    try {
      return forgotten + kept.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many were forgotten because of the bound. */
  public long forgotten() {
    lock.lock();
    try {
      return forgotten;
    } finally {
      lock.unlock();
    }
  }

  /** A copy of those added at or after the position that are still kept. */
  public List<Sighting> since(long position) {
    lock.lock();
    try {
      int from = (int) Math.min(kept.size(), Math.max(0, position - forgotten));
      return List.copyOf(kept.subList(from, kept.size()));
    } finally {
      lock.unlock();
    }
  }

  /** Those kept that match. */
  public List<Sighting> find(Predicate<Sighting> wanted) {
    return since(0).stream().filter(wanted).toList();
  }

  /** Waits until one matches, those already kept included; empty when the limit passes first. */
  public Optional<Sighting> await(Predicate<Sighting> wanted, Duration limit)
      throws InterruptedException {
    List<Sighting> found = new ArrayList<>();
    boolean all =
        scan(
            sighting -> {
              if (found.isEmpty() && wanted.test(sighting)) {
                found.add(sighting);
              }
              return !found.isEmpty();
            },
            limit);
    return all ? Optional.of(found.get(0)) : Optional.empty();
  }

  /**
   * Waits until each of the observers has said something that matches.
   *
   * @return the first match of each observer; those that stayed silent until the limit are missing
   */
  public Map<String, VerdictEvent> awaitOnEach(
      Collection<String> observers, Predicate<VerdictEvent> wanted, Duration limit)
      throws InterruptedException {
    Map<String, VerdictEvent> found = new LinkedHashMap<>();
    Set<String> missing = new HashSet<>(observers);
    if (!missing.isEmpty()) {
      boolean complete =
          scan(
              sighting -> {
                if (missing.contains(sighting.observer()) && wanted.test(sighting.event())) {
                  missing.remove(sighting.observer());
                  found.put(sighting.observer(), sighting.event());
                }
                return missing.isEmpty();
              },
              limit);
      assert complete == missing.isEmpty();
    }
    return found;
  }

  /** Shows each sighting, old and new, to the reader until it says stop or the limit passes. */
  private boolean scan(Predicate<Sighting> stop, Duration limit) throws InterruptedException {
    long leftNanos = limit.toNanos();
    long next = 0;
    lock.lock();
    try {
      while (true) {
        for (next = Math.max(next, forgotten); next < forgotten + kept.size(); next++) {
          if (stop.test(kept.get((int) (next - forgotten)))) {
            return true;
          }
        }
        if (leftNanos <= 0) {
          return false;
        }
        leftNanos = grown.awaitNanos(leftNanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
