package io.phial.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClusterOptionsTest {
  private static ClusterOptions of(String id, String bind, int port, String member) {
    return ClusterOptions.of(id, "c", bind, port, List.of(member));
  }

  @Test
  void shouldTakeNamesAndAddressesOfMembers() {
    assertThat(of("n1", "::1", 5701, "phial-0.phial:5701").members())
        .containsExactly("phial-0.phial:5701");
  }

  @Test
  void shouldSayWhichBoundWasBroken() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("n 1", "127.0.0.1", 5701, "h:1"))
        .withMessage("nodeId must be 1 to 64 characters of [A-Za-z0-9._-], was n 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("n1", "0.0.0.0", 5701, "h:1"))
        .withMessage("bindAddress must be the literal of one address, was 0.0.0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("n1", "127.0.0.1", 0, "h:1"))
        .withMessage("hazelcastPort must be 1 to 65535, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("n1", "127.0.0.1", 5701, "h"))
        .withMessage("members must be host:port, was h");
    ClusterOptions good = of("n1", "127.0.0.1", 5701, "h:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> good.withOperationTimeout(Duration.ofMillis(5)))
        .withMessage("operationTimeout must be 100 to 60000 ms, was 5 ms");
  }
}
