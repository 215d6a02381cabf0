package io.phial.bench;

import org.apache.cassandra.gms.ArrivalWindows;

/** Cassandra's {@code ArrivalWindow}. */
final class CassandraFleet extends Fleet<Object> {
  CassandraFleet(String[] ids) {
    super(ids, ArrivalWindows.array(ids.length), () -> ArrivalWindows.create(WINDOW));
  }

  @Override
  double beat(Object window, long nanos, long laterNanos) {
    ArrivalWindows.beat(window, nanos);
    return ArrivalWindows.phi(window, laterNanos);
  }
}
