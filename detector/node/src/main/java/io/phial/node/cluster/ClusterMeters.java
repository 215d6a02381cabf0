package io.phial.node.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;

/** The counters of the cluster edge; all names start with {@code phial_cluster_}. Thread-safe. */
final class ClusterMeters {
  private final MeterRegistry registry;
  final Counter recordsWritten;
  final Counter recordsDropped;
  final Counter recordsMalformed;
  final Counter recordBatchesFailed;
  final Counter membersEvicted;
  final Counter rejoins;
  final Counter publicationsDropped;
  final Timer recordScan;

  ClusterMeters(MeterRegistry registry) {
    this.registry = registry;
    recordsWritten = counter("phial_cluster_records_written", "Record changes written");
    recordsDropped = counter("phial_cluster_records_dropped", "Record changes lost to the bound");
    recordsMalformed = counter("phial_cluster_records_malformed", "Stored values not understood");
    recordBatchesFailed = counter("phial_cluster_record_batches_failed", "Batches tried in vain");
    membersEvicted = counter("phial_cluster_members_evicted", "Members dropped by gossip verdict");
    rejoins = counter("phial_cluster_rejoins", "Times this node left and joined afresh");
    publicationsDropped =
        counter("phial_cluster_publications_dropped", "Publications not sent to other nodes");
    recordScan =
        Timer.builder("phial_cluster_record_scan")
            .description("One pass over the client records")
            .register(registry);
  }

  /** Counts the end of an operation. */
  void operation(String operation, boolean ok) {
    registry
        .counter("phial_cluster_operations", "operation", operation, "ok", String.valueOf(ok))
        .increment();
  }

  void gauge(String name, String description, Supplier<Number> value) {
    io.micrometer.core.instrument.Gauge.builder(name, value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
