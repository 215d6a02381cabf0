package io.phial.node.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/**
 * The meters of one node. Thread-safe.
 *
 * <p>Names begin with {@code phial.} and tags have few values: a node id or a verdict may be one, a
 * client id never is, because there may be millions and each would live in every scrape for ever.
 */
public final class Metrics implements AutoCloseable {
  /** What scrapers are told about the text. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  /**
   * Creates the registry with meters of the JVM and the process.
   *
   * @param version of Phial, shown by {@code phial_build_info}
   * @param nodeId shown by {@code phial_build_info}
   */
  public Metrics(String version, String nodeId) {
    // All of these read a bean when scraped and cost nothing between scrapes; the collector's
    // listener runs once a collection.
    for (MeterBinder binder :
        List.of(
            gc,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())) {
      binder.bindTo(registry);
    }
    Gauge.builder("phial.build.info", () -> 1)
        .description("Which Phial this is; always 1.")
        .tag("version", version)
        .tag("node", nodeId)
        .register(registry);
  }

  /** Where others register their meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All meters as Prometheus text of {@link #CONTENT_TYPE}. May take milliseconds. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
