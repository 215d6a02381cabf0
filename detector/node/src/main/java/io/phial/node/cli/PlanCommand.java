package io.phial.node.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.phial.core.member.MemberOptions;
import io.phial.core.member.MembershipPlan;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.CoreOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Computes what a cluster with given settings can be expected to do. */
@Command(
    name = "plan",
    description = {
      "What a cluster of nodes with these settings can be expected to do: time to detect a hung",
      "node, mistakes per year, bytes per second. From the formulas that the nodes use."
    })
final class PlanCommand implements Callable<Integer> {
  private final Map<String, String> flags = new LinkedHashMap<>();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      required = true,
      description = "How many nodes, 2 or more.")
  private int nodes;

  @Option(
      names = "--loss",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of lost datagrams, as 1%% or 0.01; 0 to 50%% (default 0).")
  private String loss = "0";

  @Option(names = "--json", description = "One line of JSON instead of a table.")
  private boolean isJson;

  @Spec private CommandSpec spec;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "Time between two beats, such as 500ms (member.interval).")
  void interval(String value) {
    flags.put("member.interval", value);
  }

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "Any other setting by its name, such as --set member.observers=4.")
  void set(Map<String, String> values) {
    flags.putAll(values);
  }

  @Override
  public Integer call() throws ConfigException {
    MemberOptions options =
        CoreOptions.member(ConfigLoader.load(null, Map.of(), flags).config().members());
    double share = share(loss);
    MembershipPlan plan;
    try {
      plan = MembershipPlan.of(nodes, options, share);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    spec.commandLine().getOut().print(isJson ? json(plan, options, share) : table(plan));
    spec.commandLine().getOut().flush();
    return Main.OK;
  }

  private double share(String text) {
    try {
      return text.endsWith("%")
          ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
          : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "--loss must be a share such as 1% or 0.01, was " + text, e);
    }
  }

  private static String table(MembershipPlan plan) {
    Table table = new Table("WHAT", "EXPECTED");
    table.row("a hung node is UNREACHABLE after", millis(plan.expectedUnreachableMillis()));
    table.row("a hung node is DEAD after", millis(plan.expectedDeadMillis()));
    table.row("mistaken UNREACHABLE per year", rare(plan.mistakesPerYear()));
    table.row(
        "bytes per second and node",
        String.format(Locale.ROOT, "%.0f", plan.bytesPerSecondPerNode()));
    return table.toString();
  }

  private static String millis(double millis) {
    return Double.isFinite(millis) ? String.format(Locale.ROOT, "%.0f ms", millis) : "never";
  }

  private static String rare(double number) {
    return String.format(Locale.ROOT, "%.3g", number);
  }

  private String json(MembershipPlan plan, MemberOptions options, double share) {
    ObjectNode all = JsonMapper.builder().build().createObjectNode();
    all.put("nodes", nodes);
    all.put("intervalMs", options.intervalNanos() / 1e6);
    all.put("loss", share);
    all.put("unreachableMs", finite(plan.expectedUnreachableMillis()));
    all.put("deadMs", finite(plan.expectedDeadMillis()));
    all.put("mistakesPerYear", plan.mistakesPerYear());
    all.put("bytesPerSecondPerNode", plan.bytesPerSecondPerNode());
    return all + "\n";
  }

  /** Never is null: JSON has no infinity. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
