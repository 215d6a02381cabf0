package io.phial.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Registration;
import io.phial.core.wire.SessionKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a datagram socket that answers as a node does. */
@Timeout(60)
class UdpFleetTest {
  private static final int CLIENTS = 300;

  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private final Map<Integer, AtomicLong> beats = new ConcurrentHashMap<>();
  private DatagramChannel socket;
  private Thread node;

  @BeforeEach
  void start() throws Exception {
    socket = DatagramChannel.open();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    node = new Thread(this::serve);
    node.start();
  }

  @AfterEach
  void stop() throws Exception {
    socket.close();
    node.join();
  }

  private static SessionKey keyOf(int session) {
    return new SessionKey(session, 31L * session);
  }

  private void serve() {
    Map<String, Integer> sessions = new HashMap<>();
    ByteBuffer in = ByteBuffer.allocate(512);
    try {
      while (true) {
        in.clear();
        var from = socket.receive(in);
        byte[] answer = answer(Arrays.copyOf(in.array(), in.position()), sessions);
        if (answer.length > 0) {
          socket.send(ByteBuffer.wrap(answer), from);
        }
      }
    } catch (IOException e) {
      // Closed by the test.
    }
  }

  private byte[] answer(byte[] data, Map<String, Integer> sessions) {
    int session = BeatCodec.session(data);
    if (session == 0) {
      if (!(Registration.decode(data, data.length) instanceof Registration.Hello hello)) {
        return new byte[0];
      }
      if (hello.cookie() == 0) {
        return new Registration.Challenge(hello.nonce(), 77).encode();
      }
      ids.add(hello.id());
      int given = sessions.computeIfAbsent(hello.id(), id -> sessions.size() + 1);
      return new Registration.Welcome(hello.nonce(), given, keyOf(given), 100).encode();
    }
    beats.computeIfAbsent(session, s -> new AtomicLong()).incrementAndGet();
    return BeatCodec.ack(keyOf(session), session, BeatCodec.counter(data), 0, 0);
  }

  @Test
  void shouldKeepManyClientsRegisteredAndBeatingOverAFewSockets() throws Exception {
    Endpoint endpoint =
        new Endpoint("127.0.0.1", ((InetSocketAddress) socket.getLocalAddress()).getPort());
    UdpFleet.Options options =
        new UdpFleet.Options(
            List.of(endpoint), CLIENTS, "f-", Duration.ofMillis(100), 1_000_000, 2, 5_000, 7, 1);
    AtomicLong late = new AtomicLong();
    try (UdpFleet fleet =
        new UdpFleet(options, new StandingListener() {}, nanos -> late.incrementAndGet())) {
      fleet.start();
      until(() -> fleet.totals().registered() == CLIENTS);
      until(() -> fleet.totals().acknowledged() >= 3 * CLIENTS);
      assertThat(ids).hasSize(CLIENTS).contains("f-0", "f-299");
      assertThat(late).hasPositiveValue();
      fleet.abandon(0, 100);
      until(() -> fleet.totals().registered() == CLIENTS - 100);
      Map<Integer, Long> before = new HashMap<>();
      beats.forEach((session, count) -> before.put(session, count.get()));
      Set<Integer> still = new HashSet<>();
      until(
          () -> {
            beats.forEach(
                (session, count) -> {
                  if (count.get() > before.getOrDefault(session, 0L) + 2) {
                    still.add(session);
                  }
                });
            return still.size() == CLIENTS - 100;
          });
    }
  }

  @Test
  void shouldRefuseOptionsOutOfBounds() {
    assertThatThrownBy(
            () ->
                new UdpFleet.Options(
                    List.of(new Endpoint("127.0.0.1", 1)),
                    0,
                    "f-",
                    Duration.ofSeconds(1),
                    0,
                    1,
                    1,
                    7,
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("clients must be 1 to 1000000, was 0");
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
