package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.freePort;
import static io.phial.node.runtime.NodeFixture.told;
import static io.phial.node.runtime.NodeFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every port inside TLS with Python's and OpenSSL's clients, and a certificate that is renewed. */
@Timeout(120)
class TlsTest {
  private static final Map<String, Integer> PORTS =
      Map.of(
          "tcp.tls-port", freePort(),
          "http.tls-port", freePort(),
          "websocket.tls-port", freePort(),
          "mqtt.tls-port", freePort());
  private static final String HEAD =
      """
      import socket, ssl, sys, time
      def dial(port):
          context = ssl.create_default_context(cafile="TRUSTED")
          return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10),
                                     server_hostname="localhost")
      """;

  @TempDir static Path directory;
  private static PhialNode node;

  @BeforeAll
  static void start() throws Exception {
    Program.need("openssl", "openssl");
    Program.need(Program.PYTHON, "python3-minimal");
    certify("first");
    java.util.HashMap<String, String> options = new java.util.HashMap<>();
    PORTS.forEach((name, port) -> options.put(name, Integer.toString(port)));
    options.put("tls.cert", directory.resolve("cert.pem").toString());
    options.put("tls.key", directory.resolve("key.pem").toString());
    options.put("tls.reload", "100ms");
    node = new PhialNode(config("n1", options), "test");
    await(node.start());
  }

  @AfterAll
  static void stop() throws Exception {
    if (node != null) {
      await(node.stop());
    }
  }

  /** A self-signed certificate for localhost, put in place at once. */
  private static void certify(String organisation) throws Exception {
    Path key = directory.resolve("new-key.pem");
    Path cert = directory.resolve("new-cert.pem");
    List<String> command =
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost/O=" + organisation,
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            key.toString(),
            "-out",
            cert.toString());
    try (Program openssl = Program.start(command)) {
      assertThat(openssl.exit()).as(openssl.output()).isZero();
    }
    Files.move(key, directory.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(cert, directory.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Program python(String body) throws IOException {
    // The trust of the first certificate, as it was when the client started.
    Path trusted =
        Files.copy(
            directory.resolve("cert.pem"),
            Files.createTempFile(directory, "t", ""),
            StandardCopyOption.REPLACE_EXISTING);
    String code = HEAD.replace("TRUSTED", trusted.toString()) + body;
    return Program.start(List.of(Program.PYTHON, "-u", "-c", code));
  }

  private static String say(Program program) throws Exception {
    assertThat(program.exit()).as(program.output()).isZero();
    return program.output().strip();
  }

  @Test
  void shouldServeThePlainProgramInsideTls() throws Exception {
    try (Program client =
        python(
            """
            s = dial(%d)
            s.sendall(b"HEARTBEAT secret interval=10s\\n")
            print(s.recv(100))
            s.sendall(b"BYE\\n")
            print(s.recv(100))
            """
                .formatted(PORTS.get("tcp.tls-port")))) {
      assertThat(say(client)).isEqualTo("b'ACK\\n'\nb''");
    }
    until("it has left", () -> told(node, "secret").contains("ALIVE LEFT"));
  }

  @Test
  void shouldServeHttpInsideTls() throws Exception {
    try (Program client =
        python(
            """
            s = dial(%d)
            s.sendall(b"GET /livez HTTP/1.0\\r\\n\\r\\n")
            print(s.recv(15))
            """
                .formatted(PORTS.get("http.tls-port")))) {
      assertThat(say(client)).isEqualTo("b'HTTP/1.0 200 OK'");
    }
  }

  @Test
  void shouldServeWebSocketInsideTls() throws Exception {
    try (Program client =
        python(
            """
            s = dial(%d)
            s.sendall(b"GET /v1/beat?id=page HTTP/1.1\\r\\nhost: x\\r\\nupgrade: websocket\\r\\n"
                b"connection: upgrade\\r\\nsec-websocket-version: 13\\r\\n"
                b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n")
            print(s.recv(12))
            """
                .formatted(PORTS.get("websocket.tls-port")))) {
      assertThat(say(client)).isEqualTo("b'HTTP/1.1 101'");
    }
  }

  @Test
  void shouldServeMqttInsideTls() throws Exception {
    try (Program client =
        python(
            """
            s = dial(%d)
            s.sendall(bytes([16, 14, 0, 4]) + b"MQTT" + bytes([4, 2, 0, 60, 0, 2]) + b"mq")
            print(s.recv(4).hex())
            """
                .formatted(PORTS.get("mqtt.tls-port")))) {
      assertThat(say(client)).isEqualTo("20020000");
    }
  }

  @Test
  void shouldTakeARenewedCertificateWithoutARestart() throws Exception {
    certify("second");
    until("openssl sees it", () -> subject().contains("second"));
  }

  private static String subject() throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "openssl s_client -connect 127.0.0.1:%d </dev/null 2>/dev/null | grep subject"
                .formatted(PORTS.get("tcp.tls-port")));
    try (Program openssl = Program.start(command)) {
      openssl.exit();
      return openssl.output();
    }
  }
}
