package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LossyRelayTest {
  private static final int ANSWER_MILLIS_MAX = 20_000;

  private final Set<Integer> portsSeen = ConcurrentHashMap.newKeySet();
  private DatagramSocket echo = loopback();
  private Thread echoThread = new Thread(this::echo, "echo");

  private static DatagramSocket loopback() {
    try {
      return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (SocketException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void startEcho() {
    echoThread.start();
  }

  @AfterEach
  void stopEcho() throws InterruptedException {
    echo.close();
    echoThread.join();
  }

  private void echo() {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    try {
      while (true) {
        packet.setLength(100);
        echo.receive(packet);
        portsSeen.add(packet.getPort());
        echo.send(packet);
      }
    } catch (IOException e) {
      // The socket was closed: the test is over.
    }
  }

  private LossyRelay relay(Link link, long seed) throws IOException {
    Endpoint node = new Endpoint(NodePorts.HOST, echo.getLocalPort());
    return LossyRelay.start(node, link, new SplittableRandom(seed));
  }

  private static void send(DatagramSocket from, LossyRelay relay, int number) throws IOException {
    byte[] bytes = ByteBuffer.allocate(4).putInt(number).array();
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.endpoint().port());
    from.send(new DatagramPacket(bytes, bytes.length, to));
  }

  private static int receive(DatagramSocket at) throws IOException {
    at.setSoTimeout(ANSWER_MILLIS_MAX);
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    at.receive(packet);
    assertThat(packet.getLength()).isEqualTo(4);
    return ByteBuffer.wrap(packet.getData()).getInt();
  }

  @Test
  void shouldCarryThereAndBackOnAPerfectLink() throws IOException {
    try (LossyRelay relay = relay(Link.PERFECT, 1);
        DatagramSocket client = loopback()) {
      for (int i = 0; i < 50; i++) {
        send(client, relay, i);
        assertThat(receive(client)).isEqualTo(i);
      }

      assertThat(relay.relayed()).isGreaterThanOrEqualTo(99);
      assertThat(relay.lost()).isZero();
      assertThat(relay.overflowed()).isZero();
    }
  }

  @Test
  void shouldGiveEveryClientAPortOfItsOwn() throws IOException {
    try (LossyRelay relay = relay(Link.PERFECT, 1);
        DatagramSocket one = loopback();
        DatagramSocket two = loopback()) {
      for (DatagramSocket client : List.of(one, two, one, two)) {
        send(client, relay, client.getLocalPort());
        assertThat(receive(client)).isEqualTo(client.getLocalPort());
      }

      assertThat(portsSeen).hasSize(2).doesNotContain(one.getLocalPort(), two.getLocalPort());
    }
  }

  @Test
  void shouldLoseExactlyThoseThatItsSeedSays() throws IOException {
    Link link = new Link(0.4, Duration.ZERO);
    // Each round draws once up and, when that got through, once down.
    SplittableRandom twin = new SplittableRandom(42);
    try (LossyRelay relay = relay(link, 42);
        DatagramSocket client = loopback()) {
      Set<Integer> expected = new HashSet<>();
      long lost = 0;
      for (int i = 0; i < 60; i++) {
        boolean up = link.fateNanos(twin) != Link.LOST;
        boolean down = up && link.fateNanos(twin) != Link.LOST;
        lost += down ? 0 : 1;
        send(client, relay, i);
        if (down) {
          assertThat(receive(client)).isEqualTo(i);
          expected.add(i);
        } else {
          awaitLost(relay, lost);
        }
      }

      assertThat(expected).hasSizeBetween(5, 40);
      assertThat(relay.lost()).isEqualTo(lost);
    }
  }

  private static void awaitLost(LossyRelay relay, long lost) {
    while (relay.lost() < lost) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldDelayAndDeliverAllInTheEnd() throws IOException {
    try (LossyRelay relay = relay(new Link(0, Duration.ofMillis(5)), 3);
        DatagramSocket client = loopback()) {
      Set<Integer> answers = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        send(client, relay, i);
      }
      for (int i = 0; i < 40; i++) {
        answers.add(receive(client));
      }

      assertThat(answers)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).boxed().toList());
    }
  }

  @Test
  void shouldCutAndMendTheLink() throws IOException {
    try (LossyRelay relay = relay(Link.PERFECT, 1);
        DatagramSocket client = loopback()) {
      relay.link(Link.CUT_OFF);
      send(client, relay, 1);
      awaitLost(relay, 1);
      relay.link(Link.PERFECT);
      send(client, relay, 2);

      assertThat(receive(client)).isEqualTo(2);
    }
  }

  @Test
  void shouldOutliveADeadNode() throws IOException {
    try (LossyRelay relay = relay(Link.PERFECT, 1);
        DatagramSocket client = loopback()) {
      int port = echo.getLocalPort();
      echo.close();
      for (int i = 0; i < 20; i++) {
        send(client, relay, i);
      }
      // The answer of the kernel to the closed port comes with one of the later ones.
      awaitLost(relay, 1);
      try (DatagramSocket again =
          new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        again.setSoTimeout(ANSWER_MILLIS_MAX);
        send(client, relay, 99);
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        do {
          again.receive(packet);
        } while (ByteBuffer.wrap(packet.getData()).getInt() != 99);

        assertThat(packet.getLength()).isEqualTo(4);
      }
    }
  }
}
