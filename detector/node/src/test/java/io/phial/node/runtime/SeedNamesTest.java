package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.wire.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeedNamesTest {
  private final Map<String, List<String>> zone = new HashMap<>();

  private InetAddress[] lookup(String name) throws UnknownHostException {
    List<String> found = zone.get(name);
    if (found == null) {
      throw new UnknownHostException(name);
    }
    InetAddress[] all = new InetAddress[found.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = InetAddress.getByName(found.get(i));
    }
    return all;
  }

  @Test
  void shouldTakeAllAddressesOfAName() {
    zone.put("phial-headless", List.of("10.0.0.1", "10.0.0.2"));
    SeedNames seeds =
        new SeedNames(
            List.of(new Endpoint("10.9.9.9", 1), new Endpoint("phial-headless", 7946)),
            this::lookup);
    assertThat(seeds.hasNames()).isTrue();
    assertThat(seeds.numeric()).containsExactly(new Endpoint("10.9.9.9", 1));
    assertThat(seeds.resolve())
        .containsExactly(
            new Endpoint("10.9.9.9", 1),
            new Endpoint("10.0.0.1", 7946),
            new Endpoint("10.0.0.2", 7946));
  }

  @Test
  void shouldTellOnlyChanges() {
    zone.put("a", List.of("10.0.0.1"));
    SeedNames seeds =
        new SeedNames(List.of(new Endpoint("a", 1), new Endpoint("b", 1)), this::lookup);
    assertThat(seeds.resolve()).containsExactly(new Endpoint("10.0.0.1", 1));
    assertThat(seeds.resolve()).isNull();
    zone.put("b", List.of("10.0.0.2"));
    assertThat(seeds.resolve()).hasSize(2);
    zone.clear();
    assertThat(seeds.resolve()).isEmpty();
  }

  @Test
  void shouldNeedNoLookUpForAddresses() {
    SeedNames seeds = new SeedNames(List.of(new Endpoint("::1", 5)), this::lookup);
    assertThat(seeds.hasNames()).isFalse();
    assertThat(seeds.numeric()).containsExactly(new Endpoint("::1", 5));
  }
}
