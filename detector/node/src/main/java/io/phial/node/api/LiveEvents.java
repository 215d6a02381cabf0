package io.phial.node.api;

import java.util.ArrayList;
import java.util.List;

/**
 * What one node hears, as it hears it. Ids hold for this start of this node only.
 *
 * @param stream the node's own stream
 * @param boot tells the ids of this start of the node from those of earlier ones
 */
record LiveEvents(VerdictStream stream, String boot) implements EventSource {
  @Override
  public long end() {
    return stream.nextSequence();
  }

  @Override
  public Start after(String lastId) {
    long next = stream.nextSequence();
    if (lastId.startsWith(boot + "-")) {
      try {
        long last = Long.parseLong(lastId.substring(boot.length() + 1));
        if (last >= 0 && last < next) {
          return new Start(last + 1, 0);
        }
      } catch (NumberFormatException e) {
        // No id of ours.
      }
    }
    return new Start(next, Start.UNKNOWN);
  }

  @Override
  public Page read(long from, int max) {
    VerdictStream.Batch batch = stream.read(from, max);
    List<Item> items = new ArrayList<>(batch.events().size());
    long sequence = batch.nextSequence() - batch.events().size();
    for (VerdictEvent event : batch.events()) {
      items.add(new Item(boot + "-" + sequence++, event, 0));
    }
    return new Page(batch.missed(), items, batch.nextSequence());
  }

  @Override
  public VerdictStream.Subscription subscribe(Runnable listener) {
    return stream.subscribe(listener);
  }
}
