package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.phial.node.api.VerdictEvent;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Whole nodes in this process: settings, ports, questions and waiting. */
final class NodeFixture {
  static final int LIMIT_SECONDS = 30;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private NodeFixture() {}

  /** A lone node's settings on free ports, quick to judge. */
  static NodeConfig config(String id, Map<String, String> more) {
    Map<String, String> options = new HashMap<>();
    options.put("node.id", id);
    options.put("node.event-loops", "2");
    options.put("cluster.view", "embedded");
    options.put("gossip.keys", "7:AAECAwQFBgcICQoLDA0ODw==");
    options.put("gossip.port", Integer.toString(freePort()));
    options.put("tcp.port", "0");
    options.put("udp.port", "0");
    options.put("http.port", "0");
    options.put("clients.grace-min", "500ms");
    options.put("clients.reconnect-grace", "500ms");
    options.putAll(more);
    // Keys are refused as flags, which others can read.
    String keys = options.remove("gossip.keys");
    try {
      return ConfigLoader.load(null, Map.of("PHIAL_GOSSIP_KEYS", keys), options).config();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A port that is free for datagrams and connections. */
  static int freePort() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    while (true) {
      try (ServerSocket stream = new ServerSocket(0, 1, loopback);
          DatagramSocket datagram =
              new DatagramSocket(new InetSocketAddress(loopback, stream.getLocalPort()))) {
        return datagram.getLocalPort();
      } catch (IOException e) {
        // Taken for the other one of the two; the next is as good.
      }
    }
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  static void until(String what, Callable<Boolean> condition) throws Exception {
    long begun = System.nanoTime();
    while (!condition.call()) {
      assertThat(System.nanoTime() - begun)
          .as(what)
          .isLessThan(TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Everything that a node told of a client so far, as words. */
  static List<String> told(PhialNode node, String client) {
    return node.events().read(0, 10_000).events().stream()
        .filter(event -> event.kind() == VerdictEvent.Kind.CLIENT && event.id().equals(client))
        .map(event -> event.from() + " " + event.to())
        .toList();
  }

  static void untilLast(PhialNode node, String client, String verdict) throws Exception {
    until(
        client + " to be " + verdict + " at " + node.info().id(),
        () -> {
          List<String> told = told(node, client);
          return !told.isEmpty() && told.get(told.size() - 1).endsWith(" " + verdict);
        });
  }

  static HttpResponse<String> get(PhialNode node, String path) throws Exception {
    Endpoint http = node.info().http();
    URI uri = URI.create("http://" + http.host() + ":" + http.port() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(LIMIT_SECONDS)).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Opens a stream of lines. */
  static BufferedReader stream(PhialNode node, String path) throws Exception {
    Endpoint http = node.info().http();
    URI uri = URI.create("http://" + http.host() + ":" + http.port() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    return new BufferedReader(
        new InputStreamReader(
            HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(),
            StandardCharsets.UTF_8));
  }

  static JsonNode json(PhialNode node, String path) throws Exception {
    return JSON.readTree(get(node, path).body());
  }

  /** The value of a metric, its name with labels as printed, or -1. */
  static double metric(PhialNode node, String name) throws Exception {
    return Arrays.stream(get(node, "/metrics").body().split("\n"))
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  static Phial connect(String id, Transport transport, Duration interval, PhialNode... nodes) {
    return Phial.builder()
        .id(id)
        .nodes(Arrays.stream(nodes).map(node -> endpoint(node.info(), transport)).toList())
        .transport(transport)
        .interval(interval)
        .connect();
  }

  private static Endpoint endpoint(NodeInfo info, Transport transport) {
    return transport == Transport.TCP ? info.tcp() : info.udp();
  }

  /** True when nobody listens there, neither for datagrams nor for connections. */
  static boolean isFree(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket stream = new ServerSocket(port, 1, loopback);
        DatagramSocket datagram = new DatagramSocket(new InetSocketAddress(loopback, port))) {
      return stream.isBound() && datagram.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
