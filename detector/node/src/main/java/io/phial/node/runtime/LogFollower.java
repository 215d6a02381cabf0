package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.api.EventJournal;
import io.phial.node.api.EventLine;
import io.phial.node.api.EventOrigin;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.LogPage;
import io.phial.node.cluster.SharedLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the cluster's log into this node's journal: each event once, gaps told, in the log's order.
 * On one loop.
 *
 * <p>Every read begins at the last entry read, to see that it is still the same. If it is not, the
 * log began anew (all its copies were lost, or a split healed): it is read from its oldest entry,
 * what was read before is passed over by its key, and this node's own lost events are appended
 * again.
 */
final class LogFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
  private static final int LIVES_MAX = 4_096;

  private final SharedLog log;
  private final BooleanSupplier usable;
  private final EventJournal journal;
  private final Self self;
  private final Counter doubled;
  private final Counter malformed;
  private final Counter restarts;
  private final Map<String, SeenNumbers> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SeenNumbers> eldest) {
          return size() > LIVES_MAX;
        }
      };
  private final Map<String, VerdictEvent> nodes = new LinkedHashMap<>();

  private long next;
  private byte @Nullable [] last;
  private boolean busy;
  private boolean again;
  private boolean loaded;
  private boolean restarted;
  private final Set<Long> ownHeld = new HashSet<>();

  /**
   * This node's part.
   *
   * @param id its name
   * @param life which start of it
   * @param anew told which numbers of this life a log holds that began anew
   */
  record Self(String id, long life, Consumer<Set<Long>> anew) {}

  LogFollower(
      SharedLog log,
      BooleanSupplier usable,
      EventJournal journal,
      Self self,
      MeterRegistry meters) {
    this.log = log;
    this.usable = usable;
    this.journal = journal;
    this.self = self;
    this.doubled = Counter.builder("phial.events.doubled").register(meters);
    this.malformed = Counter.builder("phial.events.malformed").register(meters);
    this.restarts = Counter.builder("phial.events.log.restarts").register(meters);
  }

  /** True once the log was read to its end. */
  boolean isLoaded() {
    return loaded;
  }

  /** What the log says last about a node; null when it says nothing. */
  @Nullable VerdictEvent nodeVerdict(String id) {
    return nodes.get(id);
  }

  /** Reads on if there is something new; only on its loop. */
  void poll() {
    if (!usable.getAsBoolean()) {
      return;
    }
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    log.readEvents(Math.max(0, next - 1), SharedLog.PAGE_MAX)
        .onComplete(
            read -> {
              busy = false;
              boolean more = again;
              again = false;
              if (read.succeeded()) {
                more |= take(read.result());
              }
              if (more) {
                poll();
              }
            });
  }

  /** Takes a page; true when there is more to read at once. */
  private boolean take(LogPage page) {
    int begin = 0;
    if (last != null) {
      boolean shorter = page.end() < next;
      boolean overlaps = page.first() == next - 1 && !page.entries().isEmpty();
      if (shorter || (overlaps && !Arrays.equals(page.entries().get(0), last))) {
        restart();
        return true;
      }
      begin = overlaps ? 1 : 0;
      if (page.first() > next) {
        LOG.warn("the log of events ran ahead of this node by {} entries", page.first() - next);
      }
    }
    for (int i = begin; i < page.entries().size(); i++) {
      take(page.first() + i, page.entries().get(i));
    }
    if (!page.entries().isEmpty()) {
      last = page.entries().get(page.entries().size() - 1);
      next = page.next();
    }
    if (page.next() >= page.end()) {
      caughtUp();
      return false;
    }
    return true;
  }

  private void caughtUp() {
    if (!loaded) {
      loaded = true;
      journal.loaded();
    }
    if (restarted) {
      restarted = false;
      self.anew().accept(Set.copyOf(ownHeld));
      ownHeld.clear();
    }
  }

  private void restart() {
    LOG.warn("the log of events began anew, reading it from its oldest entry");
    restarts.increment();
    next = 0;
    last = null;
    restarted = true;
    ownHeld.clear();
  }

  private void take(long position, byte[] entry) {
    VerdictEvent event;
    EventOrigin origin;
    try {
      event = EventLine.decode(new String(entry, StandardCharsets.UTF_8));
      origin = event.origin();
    } catch (IllegalArgumentException e) {
      malformed.increment();
      return;
    }
    if (origin == null) {
      malformed.increment();
      return;
    }
    if (restarted && origin.judge().equals(self.id()) && origin.life() == self.life()) {
      ownHeld.add(origin.number());
    }
    SeenNumbers numbers =
        seen.computeIfAbsent(origin.judge() + "/" + origin.life(), life -> new SeenNumbers());
    long before = numbers.highest();
    if (numbers.see(origin.number()) == SeenNumbers.Sight.AGAIN || repeatsNode(event)) {
      doubled.increment();
      return;
    }
    long gap = origin.number() - before - 1;
    if (before > 0 && gap > 0) {
      journal.appendGap(position, gap);
    }
    journal.append(position, event);
  }

  // Two nodes may both have thought that it was on them to say it.
  private boolean repeatsNode(VerdictEvent event) {
    if (event.kind() != VerdictEvent.Kind.NODE) {
      return false;
    }
    VerdictEvent said = nodes.put(event.id(), event);
    if (nodes.size() > LIVES_MAX) {
      nodes.remove(nodes.keySet().iterator().next());
    }
    return said != null && said.to().equals(event.to());
  }
}
