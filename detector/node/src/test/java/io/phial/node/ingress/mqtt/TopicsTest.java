package io.phial.node.ingress.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {
  @ParameterizedTest
  @CsvSource({
    "a/b,a/b,true",
    "a/b,a/c,false",
    "a/+,a/b,true",
    "a/+,a,false",
    "a/+,a/,true",
    "a/+,a/b/c,false",
    "+,a,true",
    "+/+,/a,true",
    "/+,/a,true",
    "+,/a,false",
    "a/#,a,true",
    "a/#,a/b/c,true",
    "a/#,ab,false",
    "#,a/b,true",
    "#,$SYS/x,false",
    "+/x,$SYS/x,false",
    "$SYS/#,$SYS/x,true",
    "a/+/c,a//c,true",
    "a/b/#,a/b,true",
    "a/+/#,a/b,true",
    "a/+/#,a,false"
  })
  void shouldMatchAsMqttSays(String filter, String topic, boolean matches) {
    assertThat(Topics.matches(filter, topic)).isEqualTo(matches);
  }

  @Property
  void shouldMatchLikeLevelByLevel(@ForAll("levels") String filter, @ForAll("plain") String topic) {
    if (Topics.isFilter(filter) && !topic.isEmpty()) {
      assertThat(Topics.matches(filter, topic))
          .isEqualTo(matches(List.of(filter.split("/", -1)), List.of(topic.split("/", -1))));
    }
  }

  private static boolean matches(List<String> filter, List<String> topic) {
    if (filter.isEmpty()) {
      return topic.isEmpty();
    }
    if (filter.get(0).equals("#")) {
      return true;
    }
    return !topic.isEmpty()
        && (filter.get(0).equals("+") || filter.get(0).equals(topic.get(0)))
        && matches(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
  }

  @Provide
  Arbitrary<String> levels() {
    return Arbitraries.strings().withChars("ab/+#").ofMinLength(1).ofMaxLength(8);
  }

  @Provide
  Arbitrary<String> plain() {
    return Arbitraries.strings().withChars("ab/").ofMaxLength(8);
  }

  @ParameterizedTest
  @CsvSource({"a#", "#/a", "a+/b", "+a"})
  void shouldRefuseMisplacedWildcards(String filter) {
    assertThat(Topics.isFilter(filter)).isFalse();
  }

  @Test
  void shouldKeepIdsWithSeparatorsInOneLevel() {
    assertThat(Topics.status("a/b+c#d%e")).isEqualTo("phial/clients/a%2Fb%2Bc%23d%25e/status");
    assertThat(Topics.statusOnlyOf("phial/clients/a%2Fb/status")).isEqualTo("a/b");
    assertThat(Topics.statusOnlyOf("phial/clients/+/status")).isNull();
    assertThat(Topics.beatOf("phial/beats/a%2Fb")).isEqualTo("a/b");
    assertThat(Topics.beatOf("phial/beats/100%")).isEqualTo("100%");
  }

  @Test
  void shouldTellWhichFiltersCanMatchStatuses() {
    assertThat(Topics.mayMatchStatuses("#")).isTrue();
    assertThat(Topics.mayMatchStatuses("phial/clients/#")).isTrue();
    assertThat(Topics.mayMatchStatuses("phial/clients/+/status")).isTrue();
    assertThat(Topics.mayMatchStatuses("phial/clients/x1/status")).isTrue();
    assertThat(Topics.mayMatchStatuses("+/+/+/+")).isTrue();
    assertThat(Topics.mayMatchStatuses("lwt/#")).isFalse();
    assertThat(Topics.mayMatchStatuses("phial/clients/+")).isFalse();
  }
}
