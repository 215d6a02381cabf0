package io.phial.node.ingress;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster of one map; every change of it is a change of a verdict. */
public final class FakeFeed implements StatusFeed {
  private final TreeMap<String, Status> present = new TreeMap<>();
  private final List<Status> changes = new ArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private int forgotten;

  /** A verdict is given. */
  public void set(String id, String verdict) {
    synchronized (this) {
      Status status = new Status(id, verdict, 1, 0, "set");
      present.put(id, status);
      changes.add(status);
    }
    listeners.forEach(Runnable::run);
  }

  /** Whoever has not read so far misses everything until now. */
  public synchronized void forget() {
    forgotten = changes.size();
  }

  public int listeners() {
    return listeners.size();
  }

  @Override
  public synchronized long position() {
    return changes.size();
  }

  @Override
  public synchronized Changes read(long from, int max) {
    int begin = (int) Math.max(from, forgotten);
    int end = Math.min(changes.size(), begin + max);
    return new Changes(begin - from, List.copyOf(changes.subList(begin, end)), end);
  }

  @Override
  public Subscription subscribe(Runnable wake) {
    listeners.add(wake);
    return () -> listeners.remove(wake);
  }

  @Override
  public synchronized Future<List<Status>> page(String after, int limit) {
    return Future.succeededFuture(
        present.tailMap(after, false).values().stream().limit(limit).toList());
  }

  @Override
  public synchronized Future<List<Status>> alive(String after, int limit) {
    return Future.succeededFuture(
        present.tailMap(after, false).entrySet().stream()
            .map(Map.Entry::getValue)
            .filter(status -> status.verdict().equals("ALIVE"))
            .limit(limit)
            .toList());
  }

  @Override
  public synchronized Future<Optional<Status>> one(String id) {
    return Future.succeededFuture(Optional.ofNullable(present.get(id)));
  }

  @Override
  public Future<Boolean> ready() {
    return Future.succeededFuture(true);
  }
}
