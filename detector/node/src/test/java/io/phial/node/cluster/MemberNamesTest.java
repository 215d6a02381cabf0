package io.phial.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemberNamesTest {
  @Test
  void shouldTellEachAddressOnceInTheOrderOfTheSettings() {
    MemberNames names =
        new MemberNames(List.of("127.0.0.9:5701", "[::1]:5702", "127.0.0.1:1", "127.0.0.9:5701"));
    assertThat(names.addresses().stream().map(a -> a.getAddress().getHostAddress()))
        .containsExactly("127.0.0.9", "0:0:0:0:0:0:0:1", "127.0.0.1");
    assertThat(names.holdsNames()).isFalse();
  }

  @Test
  void shouldTakeANameThatNobodyHasYetForNobody() {
    MemberNames names = new MemberNames(List.of("nobody.invalid:5701", "127.0.0.1:5701"));
    assertThat(names.addresses()).hasSize(1);
    assertThat(names.holdsNames()).isTrue();
    assertThat(names.discoverNodes()).hasSize(1);
  }
}
