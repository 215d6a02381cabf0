package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.core.wire.ClientSecret;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Python client printed in docs/protocol.md runs as it stands there. */
@Timeout(60)
class PythonClientTest {
  @TempDir Path directory;

  @Test
  void shouldRunTheClientOfTheDocument() throws Exception {
    assumeTrue(isPythonThere(), "no python3 on the path");
    String document = Files.readString(Path.of("..", "..", "docs", "protocol.md"));
    String code = document.split("```python\n", -1)[1].split("```", -1)[0];
    Path script = Files.writeString(directory.resolve("client.py"), code);
    Vertx vertx = Vertx.vertx();
    RecordingDesk desk = new RecordingDesk();
    UdpIngress ingress =
        new UdpIngress(
            UdpIngressOptions.of("127.0.0.1", 0),
            ClientSecret.of(new byte[16]),
            desk,
            new SimpleMeterRegistry());
    Await.completed(ingress.start(java.util.List.of(vertx.getOrCreateContext())));
    Process client =
        new ProcessBuilder(
                "python3", script.toString(), "127.0.0.1", "" + ingress.port(), "sensor-1")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = client.inputReader()) {
      assertThat(Arrays.asList(output.readLine(), output.readLine()))
          .containsExactly("ack 1", "ack 2");
      desk.forgetful = true;
      Await.isTrue(() -> desk.calls.size() >= 2);
    } finally {
      client.destroyForcibly().waitFor();
      Await.completed(ingress.stop());
      Await.completed(vertx.close());
    }
    assertThat(desk.calls).startsWith("register sensor-1", "register sensor-1");
  }

  private static boolean isPythonThere() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
