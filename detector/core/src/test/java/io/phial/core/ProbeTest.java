package io.phial.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProbeTest {
  @Test
  void one() {
    assertThat(Math.addExact(1, 1)).isEqualTo(2);
  }

  @Property
  boolean two(@ForAll int x) {
    return Math.abs((long) x) >= 0;
  }
}
