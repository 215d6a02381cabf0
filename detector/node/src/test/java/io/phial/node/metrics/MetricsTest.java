package io.phial.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void shouldTellOfTheProcessAndTheBuild() {
    try (Metrics metrics = new Metrics("1.2.3", "n1")) {
      metrics.registry().counter("phial.things").increment(2);

      assertThat(metrics.scrape())
          .contains("phial_build_info{node=\"n1\",version=\"1.2.3\"} 1")
          .contains("phial_things_total 2")
          .contains("jvm_memory_used_bytes")
          .contains("process_uptime_seconds");
    }
  }
}
