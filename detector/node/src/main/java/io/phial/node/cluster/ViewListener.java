package io.phial.node.cluster;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;

/**
 * Passes on that the view may have changed. Part of the configuration, because a listener added
 * after the start can miss events; does no work on Hazelcast's threads.
 */
final class ViewListener
    implements EntryAddedListener<String, byte[]>,
        EntryUpdatedListener<String, byte[]>,
        EntryMergedListener<String, byte[]> {
  private final HazelcastLink.Events events;

  ViewListener(HazelcastLink.Events events) {
    this.events = events;
  }

  @Override
  public void entryAdded(EntryEvent<String, byte[]> event) {
    events.viewHint();
  }

  @Override
  public void entryUpdated(EntryEvent<String, byte[]> event) {
    events.viewHint();
  }

  @Override
  public void entryMerged(EntryEvent<String, byte[]> event) {
    events.viewHint();
  }
}
