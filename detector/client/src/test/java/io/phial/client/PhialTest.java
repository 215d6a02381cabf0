package io.phial.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhialTest {
  private static final List<Endpoint> NODES = List.of(new Endpoint("127.0.0.1", 9));

  /** The example of the class's Javadoc, as it stands there. */
  @Test
  void shouldRunTheExample() {
    try (Phial phial =
        Phial.builder()
            .id("worker-7")
            .nodes(List.of(Endpoint.parse("127.0.0.1:9"), Endpoint.parse("127.0.0.1:10")))
            .interval(Duration.ofSeconds(1))
            .connect()) {
      assertThat(phial.id()).isEqualTo("worker-7");
      assertThat(phial.standing().registered()).isFalse();
    }
  }

  @Test
  void shouldRefuseOptionsOutOfBounds() {
    assertThatThrownBy(() -> Phial.builder().nodes(NODES).connect())
        .hasMessageStartingWith("id must be 1 to 128 printable");
    assertThatThrownBy(() -> Phial.builder().id("a b").nodes(NODES).connect())
        .hasMessageEndingWith("was 'a b'");
    assertThatThrownBy(() -> Phial.builder().id("a").connect())
        .hasMessage("nodes must be 1 to 64, was 0");
    assertThatThrownBy(
            () -> Phial.builder().id("a").nodes(NODES).interval(Duration.ofMillis(9)).connect())
        .hasMessageStartingWith("interval must be 10 ms to 24 h");
    assertThatThrownBy(
            () -> Phial.builder().id("a").nodes(NODES).interval(Duration.ofDays(900)).connect())
        .hasMessageStartingWith("interval must be 10 ms to 24 h");
    assertThatThrownBy(() -> Phial.builder().id("a").nodes(NODES).incarnation(-1).connect())
        .hasMessageStartingWith("incarnation must be 0");
    assertThatThrownBy(
            () -> Phial.builder().id("a=b").nodes(NODES).transport(Transport.TCP).connect())
        .hasMessageStartingWith("id must be without = for TCP");
  }

  @Test
  void shouldTellLiteralsFromNames() {
    assertThat(List.of("10.0.0.1", "::1", "fe80::1%eth0")).allMatch(NodeAddresses::isLiteral);
    assertThat(List.of("localhost", "10.0.0", "a.b.c.d", "10.0.0.1x"))
        .noneMatch(NodeAddresses::isLiteral);
  }

  @Test
  void shouldSkipWhatAStallSwallowed() {
    Schedule schedule = new Schedule(10);
    schedule.start(100);
    schedule.advance(100);
    assertThat(schedule.nextNanos()).isEqualTo(110);
    schedule.advance(155);
    assertThat(schedule.nextNanos()).isEqualTo(160);
    schedule.interval(3, 155);
    assertThat(schedule.nextNanos()).isEqualTo(158);
    schedule.interval(30, 155);
    assertThat(schedule.nextNanos()).isEqualTo(158);
  }
}
