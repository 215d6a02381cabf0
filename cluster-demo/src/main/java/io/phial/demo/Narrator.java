package io.phial.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells what happens, to people or, one JSON object per line, to programs. */
final class Narrator {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream out;
  private final boolean json;
  private final long startNanos = System.nanoTime();

  Narrator(PrintStream out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** A step begins. */
  void begin(String step, String what) {
    if (!json) {
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      out.printf(Locale.ROOT, "[%5.1f s] %s: %s%n", seconds, step, what);
    }
  }

  /** A step has ended. */
  void end(StepReport report) {
    if (json) {
      out.println(toJson(report.toMap()));
      return;
    }
    Map<String, Object> plain = new LinkedHashMap<>(report.values());
    plain.values().removeIf(v -> v instanceof Map);
    out.println("          " + words(plain));
    report.values().forEach(this::printGroup);
    report.failures().forEach(f -> out.println("          FAILED: " + f));
  }

  private void printGroup(String name, Object value) {
    if (value instanceof Map<?, ?> group) {
      String title = name.equals("survivors") ? "" : name + " on ";
      group.forEach(
          (observer, said) -> out.println("          " + title + observer + ": " + words(said)));
    }
  }

  private static String words(Object said) {
    if (!(said instanceof Map<?, ?> map)) {
      return String.valueOf(said);
    }
    return map.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The last line, JSON for both kinds of readers. */
  void summary(Map<String, Object> summary) {
    out.println(toJson(summary));
  }

  /** A line for people only. */
  void say(String text) {
    if (!json) {
      out.println(text);
    }
  }

  /** A line for people, an object for programs. */
  void tell(String text, Map<String, Object> object) {
    out.println(json ? toJson(object) : text);
  }

  static String toJson(Map<String, Object> object) {
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + object, e);
    }
  }
}
