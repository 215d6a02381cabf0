package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Registration;
import io.phial.core.wire.SessionKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client programs, in Python and as Java twins, against a small server made of our codecs. */
@Timeout(120)
class ProgramsTest {
  private static final int MILLIS_MAX = 30_000;
  private static final int INTERVAL_MILLIS = 200;
  private static final Duration QUICK = Duration.ofMillis(INTERVAL_MILLIS);
  private static final String PYTHON = "python3";

  @TempDir private Path directory;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<ChildProcess> started = new ArrayList<>();
  private Warden warden;

  @BeforeEach
  void startWarden() throws IOException {
    warden = Warden.start();
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (ChildProcess child : started) {
      child.kill();
      child.end(Duration.ofSeconds(10));
    }
    warden.close();
  }

  private Programs programs(String python) throws Exception {
    if (!python.equals(ClusterSpec.NO_PYTHON)) {
      assumeTrue(Programs.isPython3(python), "there is no Python 3 here");
    }
    Programs programs = Programs.prepare(directory, python);
    assertThat(programs.isPython()).isEqualTo(python.equals(PYTHON));
    return programs;
  }

  private ChildProcess start(List<String> command) throws IOException {
    Path log = directory.resolve("program.log");
    ChildProcess child = ChildProcess.start("program", command, Map.of(), log, lines::add, warden);
    started.add(child);
    return child;
  }

  private static ServerSocket listen() throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.setSoTimeout(MILLIS_MAX);
    return server;
  }

  private static String read(Socket from, int length) throws IOException {
    return new String(from.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }

  private static void write(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, ClusterSpec.NO_PYTHON})
  void shouldBeatOverPlainTcp(String python) throws Exception {
    Programs programs = programs(python);
    try (ServerSocket server = listen()) {
      Endpoint node = new Endpoint(NodePorts.HOST, server.getLocalPort());
      start(programs.seed(node, QUICK));
      try (Socket client = server.accept()) {
        client.setSoTimeout(MILLIS_MAX);
        for (int i = 0; i < 3; i++) {
          assertThat(read(client, 9)).isEqualTo("HEARTBEAT");
          write(client, "ACK");
        }

        assertThat(lines.poll(MILLIS_MAX, TimeUnit.MILLISECONDS))
            .isEqualTo("connected from 127.0.0.1:" + client.getPort());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, ClusterSpec.NO_PYTHON})
  void shouldTakeNothingButAck(String python) throws Exception {
    Programs programs = programs(python);
    try (ServerSocket server = listen()) {
      Endpoint node = new Endpoint(NodePorts.HOST, server.getLocalPort());
      ChildProcess program = start(programs.seed(node, QUICK));
      try (Socket client = server.accept()) {
        assertThat(read(client, 9)).isEqualTo("HEARTBEAT");
        write(client, "ACK\n");

        assertThat(program.awaitExit(Duration.ofMillis(MILLIS_MAX))).isTrue();
        assertThat(program.exitCode()).isEqualTo(1);
      }
    }
  }

  /** A node as far as one UDP client can tell. */
  private static final class UdpNode implements AutoCloseable {
    private static final SessionKey KEY = new SessionKey(0x0123456789abcdefL, -2);
    private static final long COOKIE = 0x5ca1ab1eL;

    final DatagramSocket socket;
    final int session;
    private DatagramPacket last = new DatagramPacket(new byte[0], 0);

    UdpNode(int session) throws IOException {
      this.session = session;
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      socket.setSoTimeout(MILLIS_MAX);
    }

    Endpoint endpoint() {
      return new Endpoint(NodePorts.HOST, socket.getLocalPort());
    }

    byte[] receive() throws IOException {
      last = new DatagramPacket(new byte[300], 300);
      socket.receive(last);
      return Arrays.copyOf(last.getData(), last.getLength());
    }

    void answer(byte[] bytes) throws IOException {
      socket.send(new DatagramPacket(bytes, bytes.length, last.getSocketAddress()));
    }

    /** Leads a client to its session, whatever it repeats meanwhile; what it declared. */
    Registration.Hello register() throws IOException {
      return register(0);
    }

    /** The same, answering every beat until then with the flags. */
    Registration.Hello register(int flags) throws IOException {
      while (true) {
        byte[] data = receive();
        if (BeatCodec.kindOf(data, data.length) == BeatCodec.Kind.BEAT) {
          acknowledge(BeatCodec.counter(data), flags);
        } else if (Registration.decode(data, data.length) instanceof Registration.Hello hello) {
          boolean known = hello.cookie() == COOKIE;
          answer(
              known
                  ? new Registration.Welcome(hello.nonce(), session, KEY, INTERVAL_MILLIS).encode()
                  : new Registration.Challenge(hello.nonce(), COOKIE).encode());
          if (known) {
            return hello;
          }
        } else {
          throw new AssertionError("neither beat nor hello: " + Arrays.toString(data));
        }
      }
    }

    /** Receives authentic beats until one has another counter than the last; that one. */
    int beatAfter(int last) throws IOException {
      while (true) {
        byte[] data = receive();
        BeatCodec.Kind kind = BeatCodec.kindOf(data, data.length);
        if (kind == BeatCodec.Kind.BEAT) {
          assertThat(BeatCodec.session(data)).isEqualTo(session);
          assertThat(BeatCodec.isAuthentic(kind, KEY, data, data.length)).isTrue();
          if (BeatCodec.counter(data) != last) {
            return BeatCodec.counter(data);
          }
        }
      }
    }

    void acknowledge(int counter, int flags) throws IOException {
      answer(BeatCodec.ack(KEY, session, counter, flags, INTERVAL_MILLIS));
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, ClusterSpec.NO_PYTHON})
  void shouldRegisterAndBeatOverUdp(String python) throws Exception {
    Programs programs = programs(python);
    try (UdpNode node = new UdpNode(0x80000abc)) {
      start(programs.udp("program-1", List.of(node.endpoint()), QUICK));

      Registration.Hello hello = node.register();
      assertThat(hello.id()).isEqualTo("program-1");
      assertThat(hello.intervalMillis()).isEqualTo(200);
      assertThat(hello.incarnation()).isGreaterThan(1_700_000_000_000L);
      for (int counter = 1; counter <= 4; counter++) {
        assertThat(node.beatAfter(counter - 1)).isEqualTo(counter);
        node.acknowledge(counter, 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, ClusterSpec.NO_PYTHON})
  void shouldRegisterAgainWhenToldTo(String python) throws Exception {
    Programs programs = programs(python);
    try (UdpNode node = new UdpNode(77)) {
      start(programs.udp("program-1", List.of(node.endpoint()), QUICK));
      node.register();

      assertThat(node.register(BeatCodec.REGISTER_AGAIN).id()).isEqualTo("program-1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, ClusterSpec.NO_PYTHON})
  void shouldRepeatAnUnansweredBeatToTheNextNode(String python) throws Exception {
    Programs programs = programs(python);
    try (UdpNode one = new UdpNode(77);
        UdpNode two = new UdpNode(77)) {
      start(programs.udp("program-1", List.of(one.endpoint(), two.endpoint()), QUICK));
      one.register();
      int unanswered = one.beatAfter(0);

      assertThat(two.beatAfter(0)).isEqualTo(unanswered);
      two.acknowledge(unanswered, 0);
    }
  }
}
