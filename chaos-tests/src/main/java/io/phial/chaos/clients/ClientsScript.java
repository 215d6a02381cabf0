package io.phial.chaos.clients;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.demo.ClusterSpec;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import io.phial.demo.Poll;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One cluster's life with clients that others wrote. */
final class ClientsScript implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  // The watcher's output is looked at from outside, the verdict is stamped by the node.
  private static final long CLOCK_MILLIS = 20;
  private static final Pattern PORTS =
      Pattern.compile("listening Ports\\[host=[^,]*, webSocket=(\\d+), mqtt=(\\d+), grpc=(\\d+)]");

  private final Ledger ledger;
  private final DemoCluster cluster;
  private final List<RealProgram> programs = new ArrayList<>();
  private final Map<Claim, Double> numbers = new HashMap<>();

  /** One node's ports of the protocols. */
  private record Ports(int webSocket, int mqtt, int grpc) {}

  /** A step's work. */
  @FunctionalInterface
  private interface Body {
    void measure() throws Exception;
  }

  private ClientsScript(Ledger ledger, DemoCluster cluster) {
    this.ledger = ledger;
    this.cluster = cluster;
  }

  static ClientsScript start(Ledger ledger, long seed) throws IOException, InterruptedException {
    int target = freePort();
    ClusterSpec spec =
        ClusterSpec.defaults()
            .withSeed(seed)
            .withNodeArgs(
                List.of(
                    "--set",
                    "mqtt.port=0",
                    "--set",
                    "websocket.port=0",
                    "--set",
                    "grpc.port=0",
                    "--set",
                    "probe.targets=probed tcp://127.0.0.1:"
                        + target
                        + " interval=500ms timeout=400ms"));
    DemoCluster cluster = new DemoCluster(spec);
    ClientsScript script = new ClientsScript(ledger, cluster);
    try {
      cluster.start();
      script.target(target);
    } catch (IOException | InterruptedException | RuntimeException e) {
      script.close();
      throw e;
    }
    return script;
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  // Something that accepts connections and says nothing.
  private void target(int port) throws IOException {
    String body =
        "import socket\ns = socket.create_server(('127.0.0.1', %d))\nwhile True: s.accept()[0].close()";
    run("target", List.of(RealProgram.PYTHON, "-c", body.formatted(port)));
  }

  void play() throws InterruptedException {
    step(
        List.of(
            ClientsClaims.MOSQUITTO_DEAD,
            ClientsClaims.WILL,
            ClientsClaims.WILLS_EARLY,
            ClientsClaims.STATUS_MISSING),
        this::mosquitto);
    step(List.of(ClientsClaims.PAHO_DEAD), this::paho);
    step(List.of(ClientsClaims.TAKEN_OVER), this::takeover);
    step(List.of(ClientsClaims.WEBSOCKET_DEAD, ClientsClaims.GRPC), this::webSocket);
    step(List.of(ClientsClaims.CURL_WRONG), this::curl);
    step(List.of(ClientsClaims.PAGE_FROZEN, ClientsClaims.PAGE_CLOSED), this::chromium);
    step(List.of(ClientsClaims.REDIRECTED, ClientsClaims.PROBED_DEAD), this::leave);
  }

  private void mosquitto() throws Exception {
    RealProgram watcher =
        run(
            "watcher",
            List.of(
                "mosquitto_sub",
                "-p",
                mqtt(1),
                "-v",
                "-t",
                "lwt/#",
                "-t",
                "phial/clients/+/status"));
    RealProgram client =
        run(
            "mosquitto",
            List.of(
                "mosquitto_sub",
                "-p",
                mqtt(0),
                "-i",
                "mosquitto",
                "-t",
                "none",
                "--will-topic",
                "lwt/mosquitto",
                "--will-payload",
                "gone"));
    awaitAll("mosquitto", "ALIVE", 0);
    await("status of mosquitto", () -> watcher.output().contains("clients/mosquitto/status"));
    long killed = client.signal("KILL");
    long will = killed;
    while (!watcher.output().contains("lwt/mosquitto gone")) {
      will = System.currentTimeMillis();
      if (will - killed > LIMIT.toMillis()) {
        throw new DemoException("the last will did not come");
      }
      Thread.sleep(5);
    }
    put(ClientsClaims.WILL, will - killed);
    long told = will;
    boolean early =
        !Poll.until(Duration.ofSeconds(2), () -> !events("mosquitto", "DEAD", killed).isEmpty())
            || events("mosquitto", "DEAD", killed).get(0).atMillis() > told + CLOCK_MILLIS;
    put(ClientsClaims.WILLS_EARLY, early ? 1 : 0);
    put(ClientsClaims.MOSQUITTO_DEAD, awaitAll("mosquitto", "DEAD", killed) - killed);
    int missing = 0;
    for (String verdict : List.of("ALIVE", "SUSPECT", "DEAD")) {
      String wanted = "{\"id\":\"mosquitto\",\"verdict\":\"" + verdict + "\"";
      if (!Poll.until(Duration.ofSeconds(3), () -> watcher.output().contains(wanted))) {
        missing++;
      }
    }
    put(ClientsClaims.STATUS_MISSING, missing);
  }

  private List<VerdictEvent> events(String id, String to, long since) {
    return cluster
        .verdicts()
        .find(
            s ->
                s.event().id().equals(id)
                    && s.event().to().equals(to)
                    && s.event().atMillis() >= since)
        .stream()
        .map(s -> s.event())
        .toList();
  }

  private void paho() throws Exception {
    RealProgram client =
        python(
            "paho",
            "paho.mqtt",
            """
            import paho.mqtt.client as m
            c = m.Client("paho", protocol=m.MQTTv5)
            c.connect("127.0.0.1", %s, keepalive=2)
            c.loop_forever()
            """
                .formatted(mqtt(2)));
    awaitAll("paho", "ALIVE", 0);
    long stopped = client.signal("STOP");
    put(ClientsClaims.PAHO_DEAD, awaitAll("paho", "DEAD", stopped) - stopped);
  }

  private void takeover() throws Exception {
    RealProgram client =
        python(
            "takeover",
            "paho.mqtt",
            """
            import paho.mqtt.client as m, time
            codes = []
            def end(c, u, rc, p=None):
                codes.append(getattr(rc, "value", rc)); c.loop_stop(force=True)
            a = m.Client("twice", protocol=m.MQTTv5); a.on_disconnect = end
            a.connect("127.0.0.1", %s); a.loop_start(); time.sleep(1)
            b = m.Client("twice", protocol=m.MQTTv5)
            b.connect("127.0.0.1", %s); b.loop_start(); time.sleep(2)
            print("codes", codes)
            """
                .formatted(mqtt(0), mqtt(1)));
    client.exit();
    put(ClientsClaims.TAKEN_OVER, client.output().contains("codes [142") ? 1 : 0);
    ledger.note("  takeover: " + client.output().strip());
  }

  private void webSocket() throws Exception {
    RealProgram client =
        python(
            "websocket",
            "websockets",
            """
            import asyncio, websockets
            async def main():
                url = "ws://127.0.0.1:%d/v1/beat?id=python-ws&interval=1s"
                async with websockets.connect(url) as socket:
                    await socket.wait_closed()
            asyncio.run(main())
            """
                .formatted(ports(0).webSocket()));
    awaitAll("python-ws", "ALIVE", 0);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ports(1).grpc()))
            .usePlaintext()
            .build();
    try {
      Iterator<HealthCheckResponse> watch =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
              .watch(HealthCheckRequest.newBuilder().setService("client/python-ws").build());
      if (watch.next().getStatus() != ServingStatus.SERVING) {
        throw new DemoException("grpc-java was not told SERVING");
      }
      long killed = client.signal("KILL");
      while (watch.next().getStatus() != ServingStatus.NOT_SERVING) {
        // Only the last word counts.
      }
      put(ClientsClaims.GRPC, System.currentTimeMillis() - killed);
      put(ClientsClaims.WEBSOCKET_DEAD, awaitAll("python-ws", "DEAD", killed) - killed);
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private void curl() throws Exception {
    int wrong = 0;
    for (DemoNode node : cluster.nodes()) {
      for (int i = 0; i < 3; i++) {
        String id = "curl-" + node.id() + "-" + i;
        String url = node.ports().url() + "/v1/clients/" + id + "/beat?interval=30s";
        RealProgram curl =
            run(id, List.of("curl", "-sf", "-X", "PUT", "--data", "{\"n\":" + i + "}", url));
        if (curl.exit() != 0
            || !Poll.until(Duration.ofSeconds(2), () -> node.api().client(id).isPresent())) {
          wrong++;
        }
      }
    }
    put(ClientsClaims.CURL_WRONG, wrong);
  }

  private void chromium() throws Exception {
    String pages =
        "http://127.0.0.1:" + ports(0).webSocket() + "/?interval=500ms&count=messages&id=";
    Path profile = Files.createDirectories(cluster.logs().resolve("chromium"));
    Chromium browser = new Chromium(freePort());
    run("chromium", browser.command(profile, pages + "page-1"));
    awaitAll("page-1", "ALIVE", 0);
    long frozen = browser.freeze();
    put(ClientsClaims.PAGE_FROZEN, awaitAll("page-1", "DEAD", frozen) - frozen);
    browser.open(pages + "page-2");
    awaitAll("page-2", "ALIVE", 0);
    long closed = browser.close("page-2");
    put(ClientsClaims.PAGE_CLOSED, awaitAll("page-2", "LEFT", closed) - closed);
  }

  private void leave() throws Exception {
    DemoNode leaving = ownerOfTarget();
    int index = cluster.nodes().indexOf(leaving);
    RealProgram mqtt =
        python(
            "redirect-mqtt",
            "paho.mqtt",
            """
            import paho.mqtt.client as m, os
            def end(c, u, rc, p=None):
                print("told", getattr(rc, "value", rc), getattr(p, "ServerReference", ""), flush=True); os._exit(0)
            c = m.Client("redirected", protocol=m.MQTTv5); c.on_disconnect = end
            c.connect("127.0.0.1", %s); c.loop_forever()
            """
                .formatted(mqtt(index)));
    RealProgram socket =
        python(
            "redirect-websocket",
            "websockets",
            """
            import asyncio, websockets
            async def main():
                s = await websockets.connect("ws://127.0.0.1:%d/v1/beat?id=redirected-ws")
                await s.wait_closed(); print("told", s.close_code, s.close_reason)
            asyncio.run(main())
            """
                .formatted(ports(index).webSocket()));
    awaitAll("redirected", "ALIVE", 0);
    awaitAll("redirected-ws", "ALIVE", 0);
    long left = cluster.leave(leaving);
    mqtt.exit();
    socket.exit();
    ledger.note("  " + mqtt.output().strip() + "; " + socket.output().strip());
    int told = 0;
    told += mqtt.output().matches("(?s).*told 156 127\\.0\\.0\\.1:\\d+.*") ? 1 : 0;
    told += socket.output().matches("(?s).*told 1001 use 127\\.0\\.0\\.1:\\d+.*") ? 1 : 0;
    put(ClientsClaims.REDIRECTED, told);
    awaitEach(up(), "probed", "ALIVE", left);
    put(ClientsClaims.PROBED_DEAD, events("probed", "DEAD", 0).size());
  }

  private DemoNode ownerOfTarget() throws InterruptedException {
    awaitAll("probed", "ALIVE", 0);
    String home =
        cluster.nodes().get(0).api().client("probed").map(row -> row.home()).orElse("nobody");
    return cluster.node(home);
  }

  private List<String> up() {
    return cluster.nodesUp().stream().map(DemoNode::id).toList();
  }

  /** When the last node told of it, by the nodes' own clocks, which are one. */
  private long awaitAll(String id, String to, long since) throws InterruptedException {
    return awaitEach(up(), id, to, since);
  }

  private long awaitEach(List<String> nodes, String id, String to, long since)
      throws InterruptedException {
    Map<String, VerdictEvent> found =
        cluster
            .verdicts()
            .awaitOnEach(
                nodes, e -> e.id().equals(id) && e.to().equals(to) && e.atMillis() >= since, LIMIT);
    if (found.size() < nodes.size()) {
      throw new DemoException(id + " is not " + to + " on all nodes: " + found.keySet());
    }
    return found.values().stream().mapToLong(VerdictEvent::atMillis).max().orElseThrow();
  }

  private static void await(String what, Poll.Question question) throws InterruptedException {
    if (!Poll.until(LIMIT, question)) {
      throw new DemoException(what + " did not come");
    }
  }

  private String mqtt(int node) throws IOException {
    return Integer.toString(ports(node).mqtt());
  }

  private Ports ports(int node) throws IOException {
    Path log = cluster.logs().resolve(cluster.nodes().get(node).id() + ".log");
    Matcher found = PORTS.matcher(Files.readString(log));
    if (!found.find()) {
      throw new DemoException("the ports are not in " + log);
    }
    return new Ports(
        Integer.parseInt(found.group(1)),
        Integer.parseInt(found.group(2)),
        Integer.parseInt(found.group(3)));
  }

  private RealProgram run(String name, List<String> command) throws IOException {
    RealProgram program = RealProgram.start(cluster.logs(), name, command);
    programs.add(program);
    return program;
  }

  private RealProgram python(String name, String module, String body)
      throws IOException, InterruptedException {
    RealProgram program = RealProgram.python(cluster.logs(), name, module, body);
    programs.add(program);
    return program;
  }

  private void put(Claim claim, long number) {
    numbers.put(claim, (double) number);
  }

  private void step(List<Claim> claims, Body body) throws InterruptedException {
    long startNanos = System.nanoTime();
    String reason = "its step ended without a number";
    try {
      body.measure();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      reason = AreaRun.sentence(e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    for (Claim claim : claims) {
      Double number = numbers.remove(claim);
      if (number == null) {
        ledger.unmeasured(claim, reason, took);
      } else {
        ledger.measured(claim, number, took);
      }
    }
  }

  @Override
  public void close() {
    programs.forEach(RealProgram::close);
    cluster.close();
  }
}
