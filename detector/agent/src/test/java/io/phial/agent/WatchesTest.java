package io.phial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.phial.agent.Sighting.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private Path proc;

  private void process(int pid, String comm, String cmdline, String state, long start)
      throws IOException {
    Path dir = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(dir.resolve("comm"), comm + "\n");
    Files.writeString(dir.resolve("cmdline"), cmdline.replace(' ', '\0') + "\0");
    Files.writeString(
        dir.resolve("stat"),
        pid + " (" + comm + ") " + state + " 0".repeat(18) + " " + start + " 0 0\n");
  }

  private void end(int pid) throws IOException {
    for (String file : new String[] {"comm", "cmdline", "stat"}) {
      Files.delete(proc.resolve(Integer.toString(pid)).resolve(file));
    }
  }

  @Test
  void shouldFindTheOldestProcessOfTheName() throws IOException {
    ProcessWatch watch = new ProcessWatch(proc, "orders.jar", 2);
    assertThat(watch.look().state()).isEqualTo(State.ABSENT);
    process(2, "java", "java -jar /opt/orders.jar", "S", 1);
    process(30, "java", "java -jar /app/orders.jar", "S", 500);
    process(31, "wo) rker", "/app/orders.jar --child", "S", 400);
    process(32, "java", "java -jar /app/other.jar", "S", 300);
    assertThat(watch.look()).isEqualTo(Sighting.alive("process 31", 400));
    end(30);
    assertThat(watch.glance().state()).isEqualTo(State.ALIVE);
    end(31);
    assertThat(watch.glance().state()).isEqualTo(State.GONE);
    assertThat(watch.glance().state()).isEqualTo(State.ABSENT);
  }

  @Test
  void shouldTellReusedNumbersZombiesAndStoppedProcesses() throws IOException {
    ProcessWatch watch = new ProcessWatch(proc, "app", 1);
    process(7, "app", "app", "R", 100);
    assertThat(watch.look().state()).isEqualTo(State.ALIVE);
    process(7, "app", "app", "T", 100);
    assertThat(watch.look().state()).isEqualTo(State.SILENT);
    process(7, "app", "app", "S", 101);
    assertThat(watch.look().state()).isEqualTo(State.GONE);
    assertThat(watch.look()).isEqualTo(Sighting.alive("process 7", 101));
    process(7, "app", "app", "Z", 101);
    assertThat(watch.look().state()).isEqualTo(State.GONE);
    assertThat(watch.look().state()).isEqualTo(State.ABSENT);
  }

  @Test
  void shouldReadTheStatusOfAnAnswer() throws IOException {
    int[] status = {200};
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(status[0], -1);
          exchange.close();
        });
    server.start();
    int port = server.getAddress().getPort();
    PortWatch http = new PortWatch(port, "/health", TIMEOUT, true);
    PortWatch tcp = new PortWatch(port, null, TIMEOUT, false);
    assertThat(http.look()).isEqualTo(Sighting.alive("port " + port + " answers 200", 0));
    assertThat(tcp.look().state()).isEqualTo(State.ALIVE);
    status[0] = 503;
    assertThat(http.look()).isEqualTo(Sighting.silent("port " + port + " answers 503"));
    server.stop(0);
    assertThat(http.look().state()).isEqualTo(State.GONE);
    assertThat(http.look().state()).isEqualTo(State.ABSENT);
    assertThat(tcp.look().state()).isEqualTo(State.SILENT);
  }

  @Test
  void shouldCallAPortSilentThatTakesConnectionsAndSaysNothing() throws IOException {
    try (ServerSocket hung = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      PortWatch http = new PortWatch(hung.getLocalPort(), "/", Duration.ofMillis(50), true);
      PortWatch tcp = new PortWatch(hung.getLocalPort(), null, TIMEOUT, true);
      assertThat(http.look().state()).isEqualTo(State.SILENT);
      assertThat(tcp.look().state()).isEqualTo(State.ALIVE);
    }
  }

  @Test
  void shouldBeAbsentWhileNobodyListened() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PortWatch watch = new PortWatch(port, null, TIMEOUT, true);
    assertThat(watch.look().state()).isEqualTo(State.ABSENT);
  }
}
