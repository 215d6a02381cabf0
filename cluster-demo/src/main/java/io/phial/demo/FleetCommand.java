package io.phial.demo;

import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Many clients in one process. Reads commands from its standard input, {@code abandon ID} and
 * {@code close ID}, and says goodbye for all when the input ends.
 */
@Command(
    name = "fleet",
    hidden = true,
    description = "Runs many clients.",
    mixinStandardHelpOptions = true)
final class FleetCommand implements Callable<Integer> {
  /** Registrations are spread: a crowd that arrives at once is not what is shown here. */
  private static final long CONNECT_GAP_MILLIS = 5;

  @Option(names = "--udp-nodes", split = ",", required = true)
  private List<String> udpNodes = List.of();

  @Option(names = "--tcp-nodes", split = ",", required = true)
  private List<String> tcpNodes = List.of();

  @Option(names = "--udp-clients", required = true)
  private int udpClients;

  @Option(names = "--tcp-clients", required = true)
  private int tcpClients;

  @Option(names = "--interval-millis", required = true)
  private long intervalMillis;

  private static final int GOODBYES_AT_ONCE = 32;
  private static final long GOODBYES_SECONDS_MAX = 5;

  private final Map<String, Phial> clients = new ConcurrentHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::sayGoodbye, "goodbye"));
    connect(Transport.UDP, udpNodes, udpClients);
    connect(Transport.TCP, tcpNodes, tcpClients);
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        obey(line.split(" ", 2));
      }
    }
    return 0;
  }

  /** All at once, as each waits for its answer; those that get none in time are cut short. */
  private void sayGoodbye() {
    ExecutorService pool = Executors.newFixedThreadPool(GOODBYES_AT_ONCE);
    clients.values().forEach(client -> pool.execute(client::close));
    pool.shutdown();
    try {
      if (!pool.awaitTermination(GOODBYES_SECONDS_MAX, TimeUnit.SECONDS)) {
        System.err.println("not every goodbye was answered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect(Transport transport, List<String> nodes, int count)
      throws InterruptedException {
    List<Endpoint> endpoints = nodes.stream().map(Endpoint::parse).toList();
    String name = transport == Transport.UDP ? "udp" : "tcp";
    for (int i = 0; i < count; i++) {
      List<Endpoint> rotated = new ArrayList<>(endpoints);
      Collections.rotate(rotated, -i % endpoints.size());
      String id = Fleet.id(name, i);
      Phial client =
          Phial.builder()
              .id(id)
              .nodes(rotated)
              .transport(transport)
              .interval(Duration.ofMillis(intervalMillis))
              .connect();
      clients.put(id, client);
      Thread.sleep(CONNECT_GAP_MILLIS);
    }
  }

  private void obey(String[] words) {
    @Nullable Phial client = words.length == 2 ? clients.remove(words[1]) : null;
    if (client == null) {
      System.err.println("no such client: " + String.join(" ", words));
    } else if (words[0].equals("abandon")) {
      client.abandon();
    } else {
      client.close();
    }
  }
}
