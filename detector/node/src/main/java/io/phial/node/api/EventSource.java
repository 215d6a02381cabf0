package io.phial.node.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that readers follow at their own pace, from memory. A position counts events from this
 * node's start. Thread-safe; nothing blocks for longer than it takes to copy a page.
 */
public interface EventSource {
  /** Where a reader begins that wants only what is new. */
  long end();

  /**
   * Where a reader goes on that has seen this id.
   *
   * @param lastId what the reader saw last
   */
  Start after(String lastId);

  /**
   * Some items in order.
   *
   * @param from a position
   * @param max items at most
   */
  Page read(long from, int max);

  /**
   * Calls back when there may be something new.
   *
   * @param listener runs on the publisher's thread and must not block or throw
   */
  VerdictStream.Subscription subscribe(Runnable listener);

  /**
   * Where to begin.
   *
   * @param position the first position to read
   * @param missed events between what was seen and there; {@link #UNKNOWN} when nobody can tell
   */
  record Start(long position, long missed) {
    /** The id is not known any more, or not from here. */
    static final long UNKNOWN = -1;
  }

  /**
   * One thing to tell.
   *
   * @param id the reader may resume after it; empty for a gap
   * @param event null for a gap
   * @param missed events lost in a gap; 0 for an event
   */
  record Item(String id, @Nullable VerdictEvent event, long missed) {}

  /**
   * What was read.
   *
   * @param missed events that were gone before they could be read
   * @param items empty when there is nothing new
   * @param next where to read on
   */
  record Page(long missed, List<Item> items, long next) {}
}
