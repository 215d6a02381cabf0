package io.phial.chaos.claim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results as people and programs read them. */
public final class Report {
  private static final List<String> HEADER =
      List.of("area", "claim", "bound", "median", "worst", "unit", "ok", "seconds");

  private Report() {}

  /**
   * One line of JSON: the keys area, claim, bound, measured (the worst sample), unit, ok, seconds;
   * and reason when ok is null.
   */
  public static String json(Result result) {
    Claim claim = result.claim();
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("area", claim.area());
    line.put("claim", claim.text());
    line.put("bound", claim.bound().toString());
    Double worst = result.worst();
    boolean isNumber = worst != null && Double.isFinite(worst);
    line.put("measured", isNumber ? Numbers.rounded(worst) : null);
    line.put("unit", claim.unit());
    line.put("ok", result.ok());
    line.put("seconds", Numbers.rounded(result.took().toMillis() / 1000.0));
    if (result.ok() == null) {
      line.put("reason", result.reason());
    }
    return line.toString();
  }

  /** All of it as a table with aligned columns, and below it what could not be measured. */
  public static String table(List<Result> results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    results.forEach(result -> rows.add(row(result)));
    int[] widths = new int[HEADER.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    results.stream()
        .filter(result -> result.reason() != null)
        .forEach(
            result ->
                table
                    .append("not measured: ")
                    .append(result.claim().text())
                    .append(": ")
                    .append(result.reason())
                    .append('\n'));
    return table.toString();
  }

  /** How it went, one line. */
  public static String summary(List<Result> results) {
    long held = results.stream().filter(r -> Boolean.TRUE.equals(r.ok())).count();
    long failed = results.stream().filter(r -> Boolean.FALSE.equals(r.ok())).count();
    return String.format(
        Locale.ROOT,
        "%d claims: %d hold, %d failed, %d could not be measured",
        results.size(),
        held,
        failed,
        results.size() - held - failed);
  }

  /** 0 when all hold, 1 when one failed, 2 when none failed but one could not be measured. */
  public static int exitCode(List<Result> results) {
    if (results.stream().anyMatch(r -> Boolean.FALSE.equals(r.ok()))) {
      return 1;
    }
    return results.stream().anyMatch(r -> r.ok() == null) ? 2 : 0;
  }

  private static List<String> row(Result result) {
    Claim claim = result.claim();
    return List.of(
        claim.area(),
        claim.text(),
        claim.bound().toString(),
        number(result.median()),
        number(result.worst()),
        claim.unit(),
        word(result.ok()),
        Numbers.text(result.took().toMillis() / 1000.0));
  }

  static String number(@Nullable Double value) {
    return value == null ? "-" : Numbers.text(value);
  }

  static String word(@Nullable Boolean ok) {
    return ok == null ? "?" : ok ? "yes" : "NO";
  }
}
