package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.await;

import io.phial.core.placement.View;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A member in a process of its own, told what to do line by line on its standard input; answers
 * with one line that starts with {@code =}. Ends when its input ends.
 */
final class ClusterChild {
  private ClusterChild() {}

  /** Arguments: node id, cluster, port, all ports. */
  public static void main(String[] args) throws Exception {
    ClusterFixture.quiet();
    List<Integer> ports = Arrays.stream(args).skip(3).map(Integer::valueOf).toList();
    Vertx vertx = Vertx.vertx();
    HazelcastCluster cluster =
        ClusterFixture.hazelcast(args[0], args[1], Integer.parseInt(args[2]), ports, vertx);
    cluster.serve("echo", Future::succeededFuture);
    answer(cluster, "start");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      answer(cluster, line);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void answer(HazelcastCluster cluster, String line) {
    try {
      System.out.println("=" + run(cluster, line));
    } catch (Exception e) {
      System.out.println("=failed " + e.getMessage());
    }
    System.out.flush();
  }

  private static String run(HazelcastCluster cluster, String line) throws Exception {
    long begun = System.nanoTime();
    switch (line) {
      case "start" -> await(cluster.start());
      case "rejoin" -> await(cluster.rejoin());
      case "stop" -> await(cluster.stop());
      case "view" -> {
        return "" + await(cluster.readView()).map(View::epoch).orElse(0L);
      }
      case "count" -> {
        return "" + await(cluster.readRecords(ClusterFixture.allSlots(), List.of())).size();
      }
      case "members" -> {
        var hazelcast = cluster.hazelcast();
        return "" + (hazelcast == null ? 0 : hazelcast.getCluster().getMembers().size());
      }
      default -> {
        Buffer body = Buffer.buffer("from " + line);
        return "" + await(cluster.request(line, "echo", body, Duration.ofSeconds(10)));
      }
    }
    return "ok " + (System.nanoTime() - begun) / 1_000_000;
  }

  /** The process as the test sees it. */
  static final class Handle implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Handle(String nodeId, String cluster, int port, List<Integer> ports) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx128m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ClusterChild.class.getName(),
                  nodeId,
                  cluster,
                  String.valueOf(port)));
      ports.forEach(p -> command.add(String.valueOf(p)));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      Thread reader = new Thread(this::read, "child-" + nodeId);
      reader.setDaemon(true);
      reader.start();
    }

    /** Keeps reading, or the child would block on a full pipe. */
    private void read() {
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          if (line.startsWith("=")) {
            answers.add(line.substring(1));
          } else {
            System.out.println("child: " + line);
          }
        }
      } catch (IOException e) {
        answers.add("failed to read: " + e.getMessage());
      }
      answers.add("ended");
    }

    String answer() throws InterruptedException {
      String answer = answers.poll(70, TimeUnit.SECONDS);
      return answer == null ? "failed: no answer" : answer;
    }

    String ask(String command) throws IOException, InterruptedException {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return answer();
    }

    void signal(String signal) throws IOException, InterruptedException {
      Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + signal + " was refused");
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
