package io.phial.chaos.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.demo.ChildProcess;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The clients: {@code phial bench} in a process of its own, and what it last said of them. */
final class Load implements AutoCloseable {
  static final String PREFIX = "bench-";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int clients;
  private volatile JsonNode status = JSON.createObjectNode();
  private final ChildProcess process;

  Load(DemoCluster cluster, List<DemoNode> nodes, int clients, Duration interval)
      throws IOException {
    this.clients = clients;
    List<String> args =
        List.of(
            "--clients",
            Integer.toString(clients),
            "--interval",
            interval.toMillis() + "ms",
            "--duration",
            "1h",
            "--jitter",
            "50ms",
            "--starts-per-second",
            "4000",
            "--id-prefix",
            PREFIX);
    process = cluster.startBench(nodes, args, this::take);
  }

  private void take(String line) {
    try {
      JsonNode read = JSON.readTree(line);
      if (read.path("line").asText().equals("status")) {
        status = read;
      }
    } catch (JsonProcessingException e) {
      // A half line at its end.
    }
  }

  int clients() {
    return clients;
  }

  long number(String field) {
    return status.path(field).asLong();
  }

  JsonNode status() {
    return status;
  }

  /** These clients stop without a word. */
  void abandon(int from, int until) {
    process.tell("abandon " + from + " " + until);
  }

  @Override
  public void close() {
    if (process.isRunning()) {
      process.kill();
    }
  }
}
