package io.phial.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Many clients of one failure detector, held as users of it would hold them: by the detector itself
 * when the caller has it at hand, or in a concurrent map by the client's id. One object serves one
 * thread.
 *
 * @param <D> the detector of one client
 */
abstract class Fleet<D> {
  /** Gaps that the windows of the others hold. */
  static final int WINDOW = 200;

  final String[] ids;
  private final D[] handles;
  private final Map<String, D> byId = new ConcurrentHashMap<>();

  @SuppressWarnings("unchecked")
  Fleet(String[] ids, Object[] handles, Supplier<D> create) {
    this.ids = ids;
    this.handles = (D[]) handles;
    for (int client = 0; client < handles.length; client++) {
      this.handles[client] = create.get();
      byId.put(ids[client], this.handles[client]);
    }
  }

  /** Names of clients, as a service would give them. */
  static String[] ids(int clients) {
    String[] ids = new String[clients];
    for (int client = 0; client < clients; client++) {
      ids[client] = "client-" + client;
    }
    return ids;
  }

  /** Takes a beat, and tells the suspicion a while later. */
  double beat(int client, long nanos, long laterNanos) {
    return beat(handles[client], nanos, laterNanos);
  }

  /** The same by id. */
  double beatById(int client, long nanos, long laterNanos) {
    D found = byId.get(ids[client]);
    return found == null ? Double.NaN : beat(found, nanos, laterNanos);
  }

  abstract double beat(D detector, long nanos, long laterNanos);

  /** Whatever holds the clients, for measuring; not the ids. */
  Object memory() {
    return byId;
  }

  /** Lets time pass; most do not care. */
  void tick(long nanos) {}
}
