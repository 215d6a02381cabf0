package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import io.phial.core.registry.Evidence;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLineTest {
  private static VerdictEvent event(String reason, double phi) {
    return new VerdictEvent(
        1764000000123L, VerdictEvent.Kind.NODE, "n1", "ALIVE", "SUSPECT", reason, phi, 5);
  }

  @Test
  void shouldHoldExactlyTheseKeysInThisOrder() {
    assertThat(EventLine.encode(event("silent for 1.5 s", 3.14159)))
        .isEqualTo(
            "{\"at\":1764000000123,\"kind\":\"node\",\"id\":\"n1\",\"from\":\"ALIVE\","
                + "\"to\":\"SUSPECT\",\"reason\":\"silent for 1.5 s\",\"phi\":3.142}");
  }

  @ParameterizedTest
  @CsvSource({"NaN,0.0", "-1,0.0", "Infinity,1.0E9", "0.0004,0.0", "12.3456,12.346", "1e300,1.0E9"})
  void shouldKeepPhiFiniteAndRounded(double phi, String shown) {
    assertThat(EventLine.encode(event("", phi))).endsWith(",\"phi\":" + shown + "}");
  }

  @Property(seed = "7", tries = 300)
  void shouldBeOneLineOfJsonWhateverTheTexts(@ForAll String reason, @ForAll String id)
      throws Exception {
    VerdictEvent event =
        new VerdictEvent(1, VerdictEvent.Kind.CLIENT, id, "UNKNOWN", "ALIVE", reason, 1.5, 0);
    String line = EventLine.encode(event);
    JsonNode json = Json.MAPPER.readTree(line);

    assertThat(line).doesNotContain("\n", "\r");
    assertThat(json.path("reason").textValue()).isEqualTo(reason);
    assertThat(EventLine.decode(line)).isEqualTo(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"x", "{}", "[]", "{\"at\":1,\"kind\":\"thing\"}", "''"})
  void shouldRefuseOtherLines(String line) {
    assertThatThrownBy(() -> EventLine.decode(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeMadeFromChangesOfTheCore() {
    VerdictChange change =
        new VerdictChange(
            "c1", Verdict.UNKNOWN, Verdict.ALIVE, Evidence.REGISTERED, 0.5, "registered", 9);
    assertThat(VerdictEvent.of(change, 10, 3))
        .isEqualTo(
            new VerdictEvent(
                10, VerdictEvent.Kind.CLIENT, "c1", "UNKNOWN", "ALIVE", "registered", 0.5, 3));

    Endpoint endpoint = new Endpoint("10.0.0.1", 1);
    NodeInfo node = new NodeInfo("n2", "", endpoint, endpoint, endpoint, endpoint, 100);
    assertThat(
            VerdictEvent.of(
                new MemberEvent(node, 4, null, MemberState.ALIVE, 0, "first heard"), 11))
        .isEqualTo(
            new VerdictEvent(
                11, VerdictEvent.Kind.NODE, "n2", "UNKNOWN", "ALIVE", "first heard", 0, 4));
  }
}
