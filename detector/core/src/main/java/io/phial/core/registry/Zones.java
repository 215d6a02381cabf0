package io.phial.core.registry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Small numbers for the names of zones, 1 to {@value #ZONES_MAX}; 0 is no zone. A number is free
 * again when its last client is gone. A client whose zone finds no number is counted and has none.
 */
final class Zones {
  static final int ZONES_MAX = 255;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final String[] names = new String[ZONES_MAX + 1];
  private final int[] clients = new int[ZONES_MAX + 1];
  private long refused;

  Zones() {
    Arrays.fill(names, "");
  }

  /** Counts a client in; returns the number of its zone. */
  int enter(String name) {
    if (name.isEmpty()) {
      return 0;
    }
    Integer known = numbers.get(name);
    int zone = known == null ? vacant() : known;
    if (zone == 0) {
      refused++;
      return 0;
    }
    names[zone] = name;
    numbers.put(name, zone);
    clients[zone]++;
    return zone;
  }

  private int vacant() {
    for (int zone = 1; zone <= ZONES_MAX; zone++) {
      if (clients[zone] == 0) {
        return zone;
      }
    }
    return 0;
  }

  /** Counts a client out. */
  void leave(int zone) {
    if (zone != 0 && --clients[zone] == 0) {
      numbers.remove(names[zone]);
      names[zone] = "";
    }
  }

  String name(int zone) {
    return names[zone];
  }

  /** Clients whose zone found no number. */
  long refused() {
    return refused;
  }
}
