package io.phial.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Who really was ill, and when: written by whoever injects the faults, read to judge the verdicts.
 * Everyone is healthy unless written down here. Thread-safe.
 */
public final class HealthBook {
  private record Subject(String kind, String id) {}

  private record Illness(long fromMillis, long untilMillis) {
    boolean covers(long atMillis) {
      return fromMillis <= atMillis && atMillis < untilMillis;
    }
  }

  private final Map<Subject, List<Illness>> illnesses = new HashMap<>();

  /** The subject is ill from now on: call it before the fault is injected. */
  public synchronized void ill(String kind, String id, long fromMillis) {
    illnesses
        .computeIfAbsent(new Subject(kind, id), s -> new ArrayList<>())
        .add(new Illness(fromMillis, Long.MAX_VALUE));
  }

  /** The subject is well again: every illness of it ends, verdicts before that stay right. */
  public synchronized void well(String kind, String id, long atMillis) {
    illnesses.computeIfPresent(
        new Subject(kind, id),
        (subject, all) -> {
          all.replaceAll(
              i -> i.untilMillis() == Long.MAX_VALUE ? new Illness(i.fromMillis(), atMillis) : i);
          return all;
        });
  }

  /** True when the subject was ill at that moment. */
  public synchronized boolean wasIll(String kind, String id, long atMillis) {
    return illnesses.getOrDefault(new Subject(kind, id), List.of()).stream()
        .anyMatch(i -> i.covers(atMillis));
  }

  /** A test for DEAD verdicts about subjects that were healthy when it was said. */
  public Predicate<Sighting> isFalseDead() {
    return s ->
        s.event().to().equals("DEAD")
            && !wasIll(s.event().kind(), s.event().id(), s.event().atMillis());
  }
}
