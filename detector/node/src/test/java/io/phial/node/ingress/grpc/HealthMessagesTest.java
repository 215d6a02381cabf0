package io.phial.node.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.node.ingress.grpc.HealthMessages.MalformedMessageException;
import io.vertx.core.buffer.Buffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

class HealthMessagesTest {
  @Property
  void shouldReadWhatItWrote(@ForAll @StringLength(max = 300) String service) throws Exception {
    String valid =
        new String(
            service.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8);
    assertThat(HealthMessages.serviceOf(HealthMessages.request(valid))).isEqualTo(valid);
  }

  @Property
  void shouldReadEachStatus(@ForAll Serving serving) throws Exception {
    assertThat(HealthMessages.statusOf(HealthMessages.response(serving))).isEqualTo(serving);
  }

  @Property(tries = 5000)
  void shouldRefuseNonsenseWithoutHarm(@ForAll byte[] bytes) {
    try {
      assertThat(HealthMessages.serviceOf(Buffer.buffer(bytes)).length())
          .isLessThanOrEqualTo(bytes.length);
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
