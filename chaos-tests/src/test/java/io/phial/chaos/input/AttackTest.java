package io.phial.chaos.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.chaos.input.MalformedStream.Ending;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AttackTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void shouldBringWhatItWasGivenAndKeepHalfOpenConnections() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK);
        Attack attack = new Attack()) {
      byte[] bytes = {1, 2, 3};
      attack.streams(
          new InetSocketAddress(LOOPBACK, server.getLocalPort()),
          List.of(
              MalformedStream.of("closed", Ending.CLOSE, bytes),
              MalformedStream.of("hanging", Ending.HANG, bytes)));
      try (Socket closed = server.accept();
          Socket hanging = server.accept()) {
        assertThat(closed.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        assertThat(hanging.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        assertThat(attack.hangingConnections()).isEqualTo(1);
        attack.release();
        assertThat(hanging.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(attack.counts()).containsEntry("connections", 2);
    }
  }

  @Test
  void shouldNotBlockWhenNobodyReads() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK);
        Attack attack = new Attack()) {
      byte[] tooMuch = new byte[64 << 20];
      attack.streams(
          new InetSocketAddress(LOOPBACK, server.getLocalPort()),
          List.of(MalformedStream.of("too much", Ending.RESET, tooMuch)));
      assertThat(attack.counts()).containsEntry("connections", 1);
    }
  }

  @Test
  void shouldCountARefusedConnection() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK)) {
      port = server.getLocalPort();
    }
    try (Attack attack = new Attack()) {
      attack.streams(
          new InetSocketAddress(LOOPBACK, port), List.of(MalformedStream.of("x", Ending.CLOSE)));
      assertThat(attack.counts()).containsEntry("cut off by the node", 1);
    }
  }

  @Test
  void shouldSendDatagrams() throws IOException, InterruptedException {
    try (DatagramSocket receiver = new DatagramSocket(0, LOOPBACK);
        Attack attack = new Attack()) {
      receiver.setSoTimeout(10_000);
      attack.datagrams(
          new InetSocketAddress(LOOPBACK, receiver.getLocalPort()), List.of(new byte[] {7}));
      var packet = new java.net.DatagramPacket(new byte[10], 10);
      receiver.receive(packet);
      assertThat(packet.getLength()).isEqualTo(1);
      assertThat(attack.counts()).containsEntry("datagrams", 1);
    }
  }
}
