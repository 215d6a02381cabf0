package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.node.config.NodeConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpEventsTest {
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture();
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  private HttpResponse<InputStream> open(String lastEventId) throws Exception {
    return open(lastEventId, "/v1/events");
  }

  private HttpResponse<InputStream> open(String lastEventId, String path) throws Exception {
    HttpRequest.Builder request = api.request(path);
    if (!lastEventId.isEmpty()) {
      request.header("last-event-id", lastEventId);
    }
    return api.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String next(BufferedReader lines, String prefix) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
    throw new IOException("the stream ended before " + prefix);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void shouldStreamVerdictsAndKeepAlive() throws Exception {
    api.append(VerdictStreamTest.event(1));
    HttpResponse<InputStream> response = open("");
    assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
    try (BufferedReader lines = lines(response)) {
      assertThat(lines.readLine()).isEqualTo("retry: 2000");
      next(lines, ": keep-alive");
      api.append(VerdictStreamTest.event(2));

      assertThat(next(lines, "event: ")).isEqualTo("event: verdict");
      assertThat(lines.readLine()).matches("id: 2-[0-9a-f]{8}");
      assertThat(lines.readLine())
          .isEqualTo("data: " + EventLine.encode(VerdictStreamTest.event(2)));
      assertThat(lines.readLine()).isEmpty();
    }
  }

  @Test
  void shouldResumeAfterTheLastEventSeen() throws Exception {
    String lastId;
    try (BufferedReader lines = lines(open(""))) {
      api.append(VerdictStreamTest.event(1));
      lastId = next(lines, "id: ").substring(4);
    }
    api.append(VerdictStreamTest.event(2));
    try (BufferedReader lines = lines(open(lastId))) {
      assertThat(next(lines, "data: "))
          .isEqualTo("data: " + EventLine.encode(VerdictStreamTest.event(2)));
    }
  }

  @Test
  void shouldTellAReaderWithAStrangeIdThatNobodyKnowsWhatItMissed() throws Exception {
    api.append(VerdictStreamTest.event(1));
    for (String strange : new String[] {"x", "x-1", "1-00000000", "99-12345678", "-"}) {
      try (BufferedReader lines = lines(open(strange))) {
        assertThat(next(lines, "event: ")).isEqualTo("event: missed");
        assertThat(lines.readLine()).isEqualTo("data: {\"missed\":null}");
        assertThat(next(lines, "data: ")).contains("\"at\":1,");
      }
    }
  }

  @Test
  void shouldResumeByParameterAndPreferTheHeader() throws Exception {
    for (int i = 1; i <= 3; i++) {
      api.append(VerdictStreamTest.event(i));
    }
    try (BufferedReader lines = lines(open("", "/v1/events?after=0"))) {
      assertThat(next(lines, "data: ")).contains("\"at\":1,");
    }
    try (BufferedReader lines = lines(open("", "/v1/events?after=2"))) {
      assertThat(next(lines, "data: ")).contains("\"at\":3,");
    }
    try (BufferedReader lines = lines(open("1", "/v1/events?after=2"))) {
      assertThat(next(lines, "data: ")).contains("\"at\":2,");
    }
    assertThat(api.get("/v1/events?after=x").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldTellALossOfTheLogAsAGap() throws Exception {
    try (BufferedReader lines = lines(open(""))) {
      next(lines, "retry");
      api.append(VerdictStreamTest.event(1));
      api.journal.appendGap(1, 7);
      api.append(VerdictStreamTest.event(2));
      assertThat(next(lines, "event: ")).isEqualTo("event: verdict");
      assertThat(next(lines, "event: ")).isEqualTo("event: missed");
      assertThat(lines.readLine()).isEqualTo("data: {\"missed\":7}");
      assertThat(next(lines, "data: ")).contains("\"at\":2,");
    }
  }

  @Test
  void shouldStreamWhatThisNodeHearsWhenAsked() throws Exception {
    try (BufferedReader lines = lines(open("", "/v1/events?local=true"))) {
      next(lines, "retry");
      api.append(VerdictStreamTest.event(1));
      api.stream.publish(VerdictStreamTest.event(2));
      assertThat(next(lines, "data: ")).contains("\"at\":2,");
    }
  }

  @Test
  void shouldTellAReturningReaderWhatItMissed() throws Exception {
    String lastId;
    try (BufferedReader lines = lines(open(""))) {
      api.append(VerdictStreamTest.event(1));
      lastId = next(lines, "id: ").substring(4);
    }
    until(() -> api.gauge("phial.http.event.readers") == 0);
    int capacity = ApiFixture.SETTINGS.eventBuffer();
    for (int i = 0; i < capacity + 5; i++) {
      api.append(VerdictStreamTest.event(100 + i));
    }
    try (BufferedReader lines = lines(open(lastId))) {
      assertThat(next(lines, "event: ")).isEqualTo("event: missed");
      assertThat(lines.readLine()).isEqualTo("data: {\"missed\":5}");
      assertThat(next(lines, "data: ")).contains("\"at\":105,");
    }
    assertThat(api.counter("phial.http.events.missed")).isEqualTo(5);
  }

  @Test
  void shouldNotBufferForASlowReaderNorSlowOthers() throws Exception {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port));
      slow.getOutputStream()
          .write("GET /v1/events HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      until(() -> api.gauge("phial.http.event.readers") == 1);
      try (BufferedReader quick = lines(open(""))) {
        next(quick, "retry");
        // Far more than sockets, write queue and ring hold together; in steps that the quick one
        // keeps up with.
        for (int i = 0; i < 200_000; i++) {
          api.append(VerdictStreamTest.event(i));
          if (i % 100 == 99) {
            String last = "\"at\":" + i + ",";
            while (!next(quick, "data: ").contains(last)) {
              // Reads on.
            }
          }
        }
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
      next(lines, "event: missed");
      assertThat(next(lines, "data: ")).matches("data: \\{\"missed\":[1-9][0-9]*}");
      // After the gap the newest are still to come, in order.
      while (!next(lines, "data: ").contains("\"at\":199999,")) {
        // Reads on.
      }
    }
    until(() -> api.gauge("phial.http.event.readers") == 0);
  }

  @Test
  void shouldRefuseOneReaderTooManyAndForgetClosedOnes() throws Exception {
    HttpResponse<InputStream> first = open("");
    HttpResponse<InputStream> second = open("");
    HttpResponse<String> third = api.get("/v1/events");

    assertThat(third.statusCode()).isEqualTo(503);
    assertThat(third.body())
        .isEqualTo("{\"error\":\"event readers must be at most 2, try again later\"}");
    first.body().close();
    second.body().close();
    until(() -> api.gauge("phial.http.event.readers") == 0);
    try (InputStream again = open("").body()) {
      assertThat(again.read()).isPositive();
    }
  }

  @Test
  void shouldEndStreamsWhenTheNodeStops() throws Exception {
    try (BufferedReader lines = lines(open(""))) {
      api.append(VerdictStreamTest.event(1));
      next(lines, "data: ");
      api.stop();
      String line;
      do {
        line = lines.readLine();
      } while (line != null);
    } catch (IOException e) {
      // A reset is an end as well.
    }
    assertThat(api.gauge("phial.http.event.readers")).isZero();
  }

  @Test
  void shouldCloseConnectionsBeyondTheirNumber() throws Exception {
    NodeConfig.Http few =
        new NodeConfig.Http(
            0, -1, 1, Duration.ofSeconds(30), Duration.ofSeconds(1), 2, 16, Duration.ofSeconds(5));
    try (ApiFixture small = new ApiFixture(few)) {
      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port);
          Socket second = new Socket()) {
        until(() -> small.gauge("phial.http.connections") == 1);
        second.setSoTimeout(20_000);
        second.connect(first.getRemoteSocketAddress());
        assertThat(second.getInputStream().read()).isEqualTo(-1);
        assertThat(small.counter("phial.http.connections.refused")).isEqualTo(1);
      }
      until(() -> small.gauge("phial.http.connections") == 0);
      assertThat(small.get("/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseParametersOfEvents() throws Exception {
    assertThat(api.get("/v1/events?since=1").statusCode()).isEqualTo(400);
  }
}
