package io.phial.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one step of the tour found: measured values, and what was not as it should be. */
final class StepReport {
  private final String step;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  StepReport(String step) {
    this.step = step;
  }

  String step() {
    return step;
  }

  boolean isOk() {
    return failures.isEmpty();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  Map<String, Object> values() {
    return values;
  }

  void put(String key, Object value) {
    values.put(key, value);
  }

  /** Puts a value into an object within the object of the given name. */
  @SuppressWarnings("unchecked") // Only this method puts maps of this kind, and nobody else a map.
  void put(String group, String member, String key, Object value) {
    Map<String, Map<String, Object>> groups =
        (Map<String, Map<String, Object>>)
            values.computeIfAbsent(group, g -> new LinkedHashMap<String, Map<String, Object>>());
    groups.computeIfAbsent(member, m -> new LinkedHashMap<>()).put(key, value);
  }

  void fail(String what) {
    failures.add(what);
  }

  /** The line of JSON: the name, whether it went well, the values, what failed. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("step", step);
    map.put("ok", isOk());
    map.putAll(values);
    if (!failures.isEmpty()) {
      map.put("failures", failures);
    }
    return map;
  }
}
