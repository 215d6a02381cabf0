package io.phial.chaos.input;

import static io.phial.chaos.input.Malformed.ascii;

import io.phial.chaos.input.MalformedStream.Ending;
import java.util.ArrayList;
import java.util.List;

/** Malformed input for the HTTP port. */
public final class HttpInput {
  private static final String HOST = "Host: localhost\r\n";
  private static final List<String> REQUESTS =
      List.of(
          "GET / HTTP/9.9\r\n" + HOST + "\r\n",
          "GET\r\n\r\n",
          "\r\n\r\n\r\n",
          "BREW /v1/clients HTTP/1.1\r\n" + HOST + "\r\n",
          "DELETE /v1/clients/somebody HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/clients?limit=-1 HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/clients?limit=99999999999999999999 HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/clients?verdict=NONSENSE HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/clients?after=%zz HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/clients/%00%ff%zz HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /../../../../etc/hostname HTTP/1.1\r\n" + HOST + "\r\n",
          "GET /v1/nodes HTTP/1.1\r\n" + HOST + "Content-Length: -5\r\n\r\n",
          "GET /v1/nodes HTTP/1.1\r\n"
              + HOST
              + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
          "POST /v1/nodes HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n",
          "POST /v1/clients HTTP/1.1\r\n" + HOST + "Content-Length: 999999999999\r\n\r\nhello",
          "GET /v1/nodes HTTP/1.1\r\n" + HOST + " folded: header\r\nNo colon here\r\n\r\n",
          "GET /v1/events HTTP/1.1\r\n" + HOST + "Last-Event-ID: \u0001\u0002\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame",
          "GET /v1/events HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");

  private HttpInput() {}

  /** Connections that say nothing useful. */
  public static List<MalformedStream> streams(Malformed source, int count) {
    List<MalformedStream> streams = new ArrayList<>();
    byte[] request = ascii("GET /v1/clients HTTP/1.1\r\n" + HOST + "\r\n");
    for (int i = 0; i < count; i++) {
      Ending ending = source.oneOf(Ending.values());
      String odd = REQUESTS.get(source.below(REQUESTS.size()));
      streams.add(
          switch (i % 8) {
            case 0 -> MalformedStream.of("random bytes", ending, source.random(4_096));
            case 1 -> MalformedStream.of("silence", ending);
            case 2 -> MalformedStream.of("part of a request", ending, source.truncated(request));
            case 3 -> MalformedStream.of("endless header", ending, endlessHeader(source));
            case 4 -> MalformedStream.of("endless path", ending, endlessPath(source));
            case 5 -> MalformedStream.of("wrong bits", ending, source.flipped(request, 20));
            default -> MalformedStream.of("odd request", ending, ascii(odd));
          });
    }
    return streams;
  }

  private static byte[] endlessHeader(Malformed source) {
    String line = new String(source.endlessLine(100_000), java.nio.charset.StandardCharsets.UTF_8);
    return ascii("GET /v1/nodes HTTP/1.1\r\n" + HOST + "X: " + line + "\r\n\r\n");
  }

  private static byte[] endlessPath(Malformed source) {
    return ascii("GET /" + "a".repeat(10_000 + source.below(100_000)) + " HTTP/1.1\r\n\r\n");
  }
}
