package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PortBlockTest {
  private static final int COUNT = 15;

  @Test
  void shouldGiveTwoDemosDifferentPortsFromTheSameSeed() throws IOException {
    try (PortBlock one = PortBlock.reserve(COUNT, new SplittableRandom(5));
        PortBlock two = PortBlock.reserve(COUNT, new SplittableRandom(5))) {
      assertThat(Math.abs(one.first() - two.first())).isGreaterThan(COUNT);
    }
  }

  @Test
  void shouldStayBelowTheKernelsOwnChoice() throws IOException {
    assertThat(PortBlock.ephemeralLowest()).isGreaterThan(1_023);
    try (PortBlock block = PortBlock.reserve(COUNT, new SplittableRandom());
        ServerSocket chosen = new ServerSocket(0)) {
      assertThat(block.first()).isGreaterThan(1_023);
      assertThat(block.first() + COUNT).isLessThan(PortBlock.ephemeralLowest());
      assertThat(chosen.getLocalPort()).isGreaterThanOrEqualTo(PortBlock.ephemeralLowest());
    }
  }

  @Test
  void shouldGivePortsThatCanBeBoundAgainAndAgain() throws IOException {
    try (PortBlock block = PortBlock.reserve(COUNT, new SplittableRandom())) {
      for (int round = 0; round < 2; round++) {
        for (int port = block.first(); port < block.first() + COUNT; port++) {
          InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
          try (ServerSocket tcp = new ServerSocket();
              DatagramSocket udp = new DatagramSocket(address)) {
            tcp.bind(address);
            assertThat(tcp.getLocalPort()).isEqualTo(udp.getLocalPort());
          }
        }
      }
    }
  }

  @Test
  void shouldSkipABlockInWhichAPortIsTaken() throws IOException {
    int first;
    try (PortBlock block = PortBlock.reserve(COUNT, new SplittableRandom(9))) {
      first = block.first();
    }
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), first + COUNT - 1);
    try (DatagramSocket squatter = new DatagramSocket(taken);
        PortBlock block = PortBlock.reserve(COUNT, new SplittableRandom(9))) {
      assertThat(block.first()).isNotEqualTo(first);
      assertThat(squatter.isBound()).isTrue();
    }
  }
}
