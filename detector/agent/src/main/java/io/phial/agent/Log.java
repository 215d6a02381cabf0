package io.phial.agent;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Lines to a stream: time, words, key=value. A logging library would double the agent. */
final class Log {
  private final PrintStream out;

  Log(PrintStream out) {
    this.out = out;
  }

  /** Writes one line; keys and values alternate. */
  void line(String words, Object... keysAndValues) {
    StringBuilder text = new StringBuilder();
    text.append(Instant.now().truncatedTo(ChronoUnit.MILLIS)).append(" agent ").append(words);
    for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
      String value = String.valueOf(keysAndValues[i + 1]).replaceAll("[^ -~]", "?");
      text.append(' ').append(keysAndValues[i]).append('=');
      text.append(value.indexOf(' ') >= 0 ? '"' + value + '"' : value);
    }
    out.println(text);
  }
}
