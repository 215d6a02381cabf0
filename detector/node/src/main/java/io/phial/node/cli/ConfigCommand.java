package io.phial.node.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.Setting;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a node would run with. */
@Command(
    name = "config",
    description = "Check and print the effective configuration with the source of each value.")
final class ConfigCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Mixin private ConfigFlags flags = new ConfigFlags();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean isJson;

  @Spec private CommandSpec spec;

  ConfigCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws ConfigException {
    ConfigLoader.Loaded loaded = flags.load(environment);
    loaded.warnings().forEach(warning -> spec.commandLine().getErr().println("WARN " + warning));
    spec.commandLine().getOut().print(isJson ? json(loaded) : table(loaded));
    spec.commandLine().getOut().flush();
    return Main.OK;
  }

  private static String table(ConfigLoader.Loaded loaded) {
    Table table = new Table("OPTION", "VALUE", "SOURCE");
    for (Setting setting : loaded.settings()) {
      table.row(setting.name(), setting.value(), setting.source());
    }
    return table.toString();
  }

  private static String json(ConfigLoader.Loaded loaded) {
    ObjectNode all = JsonMapper.builder().build().createObjectNode();
    for (Setting setting : loaded.settings()) {
      all.putObject(setting.name()).put("value", setting.value()).put("source", setting.source());
    }
    return all + "\n";
  }
}
