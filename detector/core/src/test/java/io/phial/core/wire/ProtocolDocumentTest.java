package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the worked example of docs/protocol.md against the code. */
class ProtocolDocumentTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int SESSION = 0x12345678;

  private final ClientSecret secret =
      ClientSecret.of(HEX.parseHex("000102030405060708090a0b0c0d0e0f"));
  private final SessionKey key = secret.keyOf(SESSION);
  private String document = "";

  @BeforeEach
  void read() throws IOException {
    document = Files.readString(Path.of("..", "..", "docs", "protocol.md"));
  }

  @Test
  void shouldShowTheKey() {
    byte[] bytes = new byte[SessionKey.BYTES];
    key.write(bytes, 0);
    assertShown("key", bytes);
  }

  @Test
  void shouldShowTheRegistration() {
    long nonce = 0x0102030405060708L;
    assertShown("HELLO", new Registration.Hello(nonce, 0, 7, 1_000, "sensor-1").encode());
    assertShown("WELCOME", new Registration.Welcome(nonce, SESSION, key, 1_000).encode());
  }

  @Test
  void shouldShowBeatsAndGoodbyes() {
    byte[] payload = "battery=71".getBytes(StandardCharsets.US_ASCII);
    assertShown("beat", BeatCodec.beat(key, SESSION, 7));
    assertShown("payload", BeatCodec.beat(key, SESSION, 7, payload));
    assertShown("goodbye", BeatCodec.goodbye(key, SESSION, 8));
  }

  @Test
  void shouldShowAcks() {
    assertShown("ack", BeatCodec.ack(key, SESSION, 7, 0, 5_000));
    assertShown("ack", BeatCodec.ack(key, SESSION, 7, BeatCodec.REGISTER_AGAIN, 0));
  }

  @Test
  void shouldStateTheLimits() {
    assertThat(document)
        .contains("| datagram | " + Registration.HELLO_BYTES_MAX)
        .contains("| line | " + LineParser.LINE_BYTES_MAX + " bytes")
        .contains("at most " + Registration.Refused.REASON_BYTES_MAX + ")");
  }

  private void assertShown(String name, byte[] bytes) {
    String line = String.format("%-8s %s", name, HEX.formatHex(bytes));
    assertThat(document.lines()).contains(line);
  }
}
