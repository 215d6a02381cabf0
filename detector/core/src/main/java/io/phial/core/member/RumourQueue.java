package io.phial.core.member;

import io.phial.core.wire.Rumour;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rumours still to be told. Each is told a bounded number of times, the newest first; a newer one
 * on the same topic replaces the older. Bounded: beyond the bound the oldest goes.
 */
final class RumourQueue {
  private static final int RUMOURS_MAX = MemberOptions.RUMOURS_MAX;

  private static final class Entry {
    final Rumour rumour;
    int left;

    Entry(Rumour rumour, int left) {
      this.rumour = rumour;
      this.left = left;
    }
  }

  /** Oldest first. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Adds a rumour to be told about {@code RUMOUR_FACTOR * log2} of the number of nodes. */
  void add(Rumour rumour, int nodes) {
    add(rumour, nodes, MemberOptions.RUMOUR_FACTOR);
  }

  /** Adds a rumour to be told {@code factor * log2} of the number of nodes. */
  void add(Rumour rumour, int nodes, int factor) {
    entries.remove(rumour.topic());
    int sends = factor * (32 - Integer.numberOfLeadingZeros(nodes));
    entries.put(rumour.topic(), new Entry(rumour, sends));
    if (entries.size() > RUMOURS_MAX) {
      Iterator<String> oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The newest rumours that fit; counts as telling each once. */
  List<Rumour> take(int bytesMax) {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<Entry> newestFirst = new ArrayList<>(entries.values());
    List<Rumour> taken = new ArrayList<>();
    int bytes = 0;
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      Entry entry = newestFirst.get(i);
      bytes += entry.rumour.bytesMax();
      if (bytes > bytesMax) {
        break;
      }
      taken.add(entry.rumour);
      if (--entry.left == 0) {
        entries.remove(entry.rumour.topic());
      }
    }
    return taken;
  }

  int size() {
    return entries.size();
  }
}
