package io.phial.node.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * One line for people: {@code time LEVEL logger message key=value…}. A stack trace follows on lines
 * of its own. Control characters are escaped, so that no client can forge a line by its name.
 */
final class TextLine implements Line {
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Override
  public String of(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append(TIME.format(event.getInstant())).append(' ');
    line.append("%-5s".formatted(event.getLevel())).append(' ');
    line.append(Line.shortName(event.getLoggerName())).append(' ');
    escape(event.getFormattedMessage(), line);
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        line.append(' ').append(pair.key).append('=');
        value(String.valueOf(pair.value), line);
      }
    }
    line.append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString();
  }

  /** Quoted when it would not be one word otherwise. */
  private static void value(String text, StringBuilder line) {
    boolean isWord = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != '"' && c != '=');
    if (isWord) {
      escape(text, line);
    } else {
      line.append('"');
      escape(text.replace("\\", "\\\\").replace("\"", "\\\""), line);
      line.append('"');
    }
  }

  private static void escape(String text, StringBuilder line) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
  }
}
