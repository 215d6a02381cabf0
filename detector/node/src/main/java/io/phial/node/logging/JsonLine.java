package io.phial.node.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: at, level, logger, thread, message, then the keys of the event, then
 * stack when there is one.
 */
final class JsonLine implements Line {
  private final JsonFactory factory = new JsonFactory();

  @Override
  public String of(ILoggingEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("at", TextLine.TIME.format(event.getInstant()));
      json.writeStringField("level", event.getLevel().toString());
      json.writeStringField("logger", Line.shortName(event.getLoggerName()));
      json.writeStringField("thread", event.getThreadName());
      json.writeStringField("message", event.getFormattedMessage());
      pairs(event.getKeyValuePairs(), json);
      if (event.getThrowableProxy() != null) {
        json.writeStringField("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.append('\n').toString();
  }

  private static void pairs(@Nullable List<KeyValuePair> pairs, JsonGenerator json)
      throws IOException {
    if (pairs == null) {
      return;
    }
    for (KeyValuePair pair : pairs) {
      if (pair.value instanceof Long || pair.value instanceof Integer) {
        json.writeNumberField(pair.key, ((Number) pair.value).longValue());
      } else if (pair.value instanceof Double number && Double.isFinite(number)) {
        json.writeNumberField(pair.key, number);
      } else {
        json.writeStringField(pair.key, String.valueOf(pair.value));
      }
    }
  }
}
