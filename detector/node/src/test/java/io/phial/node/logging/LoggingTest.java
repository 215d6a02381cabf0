package io.phial.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.phial.node.api.TransitionLog;
import io.phial.node.api.VerdictEvent;
import io.phial.node.config.LogFormat;
import io.phial.node.config.LogLevel;
import io.phial.node.config.NodeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final VerdictEvent EVENT =
      new VerdictEvent(
          0,
          VerdictEvent.Kind.CLIENT,
          "a=1",
          "ALIVE",
          "DEAD",
          "silent for \"9\" s\nforged",
          8.12345,
          7);

  private static String logged(LogFormat format, LogLevel level, Runnable action) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Logging logging =
        Logging.configure(new NodeConfig.Log(format, level, LogLevel.WARN), out)) {
      action.run();
      assertThat(logging.droppedLines()).isZero();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldLogATransitionAsOneLineWithItsKeysInOrder() {
    String text = logged(LogFormat.TEXT, LogLevel.INFO, () -> TransitionLog.log(EVENT));

    assertThat(text)
        .matches("[0-9-]{10}T[0-9:.]{12}Z INFO  TransitionLog [^\n]*\n")
        .endsWith(
            " client verdict id=\"a=1\" from=ALIVE to=DEAD"
                + " reason=\"silent for \\\"9\\\" s\\u000aforged\" phi=8.123 incarnation=7\n");
  }

  @Test
  void shouldLogATransitionAsJson() throws IOException {
    String text = logged(LogFormat.JSON, LogLevel.INFO, () -> TransitionLog.log(EVENT));
    JsonNode line = JsonMapper.builder().build().readTree(text);
    List<String> keys = new ArrayList<>();
    line.fieldNames().forEachRemaining(keys::add);

    assertThat(text.strip().lines()).hasSize(1);
    assertThat(keys)
        .containsExactly(
            "at",
            "level",
            "logger",
            "thread",
            "message",
            "id",
            "from",
            "to",
            "reason",
            "phi",
            "incarnation");
    assertThat(line.path("phi").doubleValue()).isEqualTo(8.123);
    assertThat(line.path("reason").textValue()).isEqualTo(EVENT.reason());
  }

  @Test
  void shouldBeQuietForLibrariesAndBelowTheLevel() {
    String text =
        logged(
            LogFormat.TEXT,
            LogLevel.WARN,
            () -> {
              LoggerFactory.getLogger("com.hazelcast.x").info("chatter");
              LoggerFactory.getLogger("io.netty.x").debug("chatter");
              LoggerFactory.getLogger("com.hazelcast.x").warn("chatter of each lost connection");
              LoggerFactory.getLogger("com.hazelcast.x").error("trouble");
              LoggerFactory.getLogger("io.phial.x").info("chatter");
              LoggerFactory.getLogger("io.phial.x").warn("attention {}", 1);
            });

    assertThat(text).doesNotContain("chatter").contains("x trouble\n", "x attention 1\n");
  }

  @Test
  void shouldAddStackTraces() {
    for (LogFormat format : LogFormat.values()) {
      String text =
          logged(
              format,
              LogLevel.INFO,
              () ->
                  LoggerFactory.getLogger("io.phial.x")
                      .error("failed", new IllegalStateException("because")));
      assertThat(text).contains("failed", "IllegalStateException: because", "LoggingTest");
    }
  }

  @Test
  void shouldNeverWaitForAStreamThatDoesNotDrain() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            written.write(bytes, offset, length);
          }
        };
    try (Logging logging =
        Logging.configure(
            new NodeConfig.Log(LogFormat.TEXT, LogLevel.INFO, LogLevel.WARN), stuck)) {
      // Would never return if a caller had to wait for the stream.
      for (int i = 0; i < QueueAppender.LINES_MAX + 100; i++) {
        LoggerFactory.getLogger("io.phial.x").info("line");
      }
      assertThat(logging.droppedLines()).isBetween(90L, 100L);
      release.countDown();
      while (!written.toString(StandardCharsets.UTF_8).contains("log lines dropped: ")) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }
}
