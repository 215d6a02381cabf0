package io.phial.node.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of the newest part of the cluster's event log, in the log's order. Written by
 * the one follower of the log, read by any number of readers.
 *
 * <p>An id is the entry's place in the log, from 1, and a check over its key: {@code 17-5d0c81f2}.
 * The place finds the entry on every node; the check tells whether it is still the same entry, for
 * a log can begin anew. So any node can resume what another one began. A bare place without a check
 * is accepted too.
 *
 * <p>Bounded by its capacity; a reader further behind is told how many events it missed. What the
 * log itself lost stands as a gap among the events. Thread-safe; nothing blocks for longer than it
 * takes to copy a page.
 */
public final class EventJournal implements EventSource {
  private final @Nullable Kept[] ring;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();

  /** Items ever kept; the newest one is at this minus 1. */
  private long count;

  private volatile boolean loaded;

  /** Events ever told, those in gaps included. */
  private long position;

  /** An item with its place on both number lines. */
  private record Kept(long position, long place, Item item) {
    boolean hasId(String id) {
      return !id.isEmpty() && item.id().equals(id);
    }
  }

  /**
   * Creates an empty journal.
   *
   * @param capacity events and gaps kept, 1 or more
   */
  public EventJournal(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    this.ring = new Kept[capacity];
  }

  /** The id of an entry. */
  static String idOf(long place, VerdictEvent event) {
    EventOrigin origin = event.origin();
    int check =
        origin == null
            ? event.hashCode()
            : 31 * (31 * origin.judge().hashCode() + Long.hashCode(origin.life()))
                + Long.hashCode(origin.number());
    return place + "-" + String.format("%08x", check);
  }

  /**
   * Appends an event of the log.
   *
   * @param logPosition the entry's position in the log, from 0
   */
  public void append(long logPosition, VerdictEvent event) {
    long place = logPosition + 1;
    keep(place, new Item(idOf(place, event), event, 0), 1);
  }

  /**
   * Appends a gap: events that the log dropped before anyone could read them here.
   *
   * @param logPosition the position in the log that follows the gap
   * @param missed how many, 1 or more
   */
  public void appendGap(long logPosition, long missed) {
    keep(logPosition, new Item("", null, missed), missed);
  }

  /** The log was read to its end once: from now on an unknown id is really unknown. */
  public void loaded() {
    loaded = true;
  }

  /** False while the log is still being read for the first time. */
  boolean isLoaded() {
    return loaded;
  }

  private void keep(long place, Item item, long weight) {
    synchronized (lock) {
      ring[index(count)] = new Kept(position, place, item);
      count++;
      position += weight;
    }
    listeners.forEach(Runnable::run);
  }

  @Override
  public long end() {
    synchronized (lock) {
      return position;
    }
  }

  @Override
  public Start after(String lastId) {
    long place = place(lastId);
    boolean bare = lastId.indexOf('-') < 0;
    synchronized (lock) {
      long oldest = Math.max(0, count - ring.length);
      for (long at = count - 1; at >= oldest; at--) {
        Kept kept = kept(at);
        boolean found =
            bare ? kept.item().event() != null && kept.place() == place : kept.hasId(lastId);
        if (found) {
          return new Start(kept.position() + 1, 0);
        }
      }
      if (count == 0) {
        return new Start(0, place == 0 ? 0 : Start.UNKNOWN);
      }
      Kept first = kept(oldest);
      long missed = first.place() - 1 - place;
      return new Start(first.position(), place >= 0 && missed >= 0 ? missed : Start.UNKNOWN);
    }
  }

  /** The place within an id, 0 for the very beginning; -1 when the text is no id. */
  private static long place(String id) {
    int dash = id.indexOf('-');
    try {
      return Long.parseUnsignedLong(dash < 0 ? id : id.substring(0, dash));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** True when a text has the form of an id. */
  static boolean isId(String text) {
    return text.matches("[0-9]{1,18}(-[0-9a-f]{8})?");
  }

  @Override
  public Page read(long from, int max) {
    synchronized (lock) {
      long begin = Math.max(0, Math.min(from, position));
      long at = firstAtOrAfter(begin);
      if (at == count) {
        return new Page(0, List.of(), Math.max(begin, position));
      }
      long missed = kept(at).position() - begin;
      List<Item> items = new ArrayList<>();
      while (at < count && items.size() < max) {
        items.add(kept(at).item());
        at++;
      }
      return new Page(missed, items, at == count ? position : kept(at).position());
    }
  }

  private long firstAtOrAfter(long wanted) {
    long low = Math.max(0, count - ring.length);
    long high = count;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (kept(middle).position() < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public VerdictStream.Subscription subscribe(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private Kept kept(long at) {
    Kept kept = ring[index(at)];
    if (kept == null) {
      throw new IllegalStateException("no item: at=" + at + " count=" + count);
    }
    return kept;
  }

  private int index(long at) {
    return (int) (at % ring.length);
  }
}
