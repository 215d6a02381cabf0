package io.phial.node.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the effective configuration: defaults, then the file, then the environment, then flags; the
 * later wins. All validation of settings happens here and in {@link ConfigRules}, before anything
 * starts.
 */
public final class ConfigLoader {
  private static final String DEFAULT = "default";
  private static final String ENVIRONMENT = "environment";
  private static final String FLAG = "flag";
  private static final int SUGGESTION_DISTANCE_MAX = 3;

  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private List<Option<?>> options = Options.all();
  private Map<String, Option<?>> ofProfiles = Map.of();

  private ConfigLoader() {}

  /**
   * The outcome.
   *
   * @param config the settings
   * @param settings every option with its value and source, in the order of the documentation
   * @param warnings what to log once logging is up; free of secrets
   */
  public record Loaded(NodeConfig config, List<Setting> settings, List<String> warnings) {}

  /**
   * Loads and validates.
   *
   * @param file a YAML file, or null for none
   * @param environment the process environment
   * @param flags values by option name
   * @throws ConfigException with everything that is wrong
   */
  public static Loaded load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
      throws ConfigException {
    return new ConfigLoader().run(file, environment, flags);
  }

  /** A source whose name is shown to people as it is. */
  private static final class Source extends MapBackedConfigSource {
    Source(Map<String, String> values, String name, int ordinal) {
      super(name, values, ordinal);
    }
  }

  private Loaded run(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
      throws ConfigException {
    Map<String, String> inFile = fileValues(file);
    List<String> profiles = profiles(inFile, environment, flags);
    options = Options.with(profiles);
    ofProfiles = ProfileOptions.byEnvironmentName(profiles);
    requireListed(profiles, inFile);
    requireListed(profiles, flags);
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(
                new Source(defaults(), DEFAULT, 100),
                new Source(inFile, "file " + file, 200),
                new Source(environmentValues(environment), ENVIRONMENT, 300),
                new Source(flagValues(flags), FLAG, 400))
            .build();
    Map<String, Object> values = new HashMap<>();
    List<Setting> settings = new ArrayList<>();
    for (Option<?> option : options) {
      ConfigValue found = config.getConfigValue(option.name());
      read(option, found, values);
      settings.add(setting(option, found));
    }
    ConfigRules rules = new ConfigRules(values, problems, warnings);
    if (problems.isEmpty()) {
      rules.check();
    }
    if (problems.isEmpty()) {
      NodeConfig effective = rules.build();
      // Reading a secret file can still fail.
      if (problems.isEmpty()) {
        return new Loaded(effective, List.copyOf(settings), List.copyOf(warnings));
      }
    }
    throw new ConfigException(problems);
  }

  /** The further profiles, before anything else: which options there are depends on them. */
  private static List<String> profiles(
      Map<String, String> file, Map<String, String> environment, Map<String, String> flags) {
    Option<List<String>> list = Options.PROFILES_CUSTOM;
    String text = file.getOrDefault(list.name(), list.defaultText());
    text = environment.getOrDefault(list.environmentName(), text);
    text = flags.getOrDefault(list.name(), text);
    try {
      return list.kind().parse(text);
    } catch (IllegalArgumentException e) {
      // Told when all values are read.
      return List.of();
    }
  }

  private void requireListed(List<String> profiles, Map<String, String> values) {
    values.keySet().stream()
        .map(ProfileOptions::profileOf)
        .filter(ProfileOptions::isCustom)
        .filter(profile -> !profiles.contains(profile))
        .distinct()
        .forEach(
            profile ->
                problems.add(
                    ProfileOptions.LIST
                        + " must name "
                        + profile
                        + ", which "
                        + ProfileOptions.PREFIX
                        + profile
                        + " sets up"));
  }

  private Map<String, String> defaults() {
    Map<String, String> values = new HashMap<>();
    for (Option<?> option : options) {
      values.put(option.name(), option.defaultText());
    }
    return values;
  }

  private Map<String, String> fileValues(@Nullable Path file) {
    return file == null ? Map.of() : YamlFile.read(file, problems);
  }

  private Map<String, String> environmentValues(Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(Options.ENVIRONMENT_PREFIX)) {
        Options.byEnvironmentName(name)
            .or(() -> Optional.ofNullable(ofProfiles.get(name)))
            .ifPresentOrElse(
                option -> environmentValue(option, entry.getValue().strip(), values),
                () -> warnOfLikelyTypo(name));
      }
    }
    return values;
  }

  /**
   * Kubernetes gives each container variables for each service; for one named "phial-http" that is
   * {@code PHIAL_HTTP_PORT=tcp://10.0.0.1:8080}, which nobody meant as a setting.
   */
  private void environmentValue(Option<?> option, String value, Map<String, String> values) {
    if (value.startsWith("tcp://") || value.startsWith("udp://")) {
      warnings.add(
          option.environmentName()
              + " is ignored: it looks like a service link of Kubernetes ("
              + value
              + ")");
    } else {
      values.put(option.name(), value);
    }
  }

  /** Unknown names of the environment are not refused: others may own the prefix. */
  private void warnOfLikelyTypo(String name) {
    Options.all().stream()
        .map(Option::environmentName)
        .filter(known -> Spelling.distance(known, name) <= SUGGESTION_DISTANCE_MAX)
        .findFirst()
        .ifPresent(known -> warnings.add(name + " is not a setting; did you mean " + known + "?"));
  }

  private Map<String, String> flagValues(Map<String, String> flags) {
    Map<String, String> values = new LinkedHashMap<>();
    flags.forEach(
        (name, value) -> {
          Option<?> option = Options.byName(name).orElse(null);
          if (option == null) {
            problems.add(
                "unknown option " + name + "; did you mean " + Options.nearest(name) + "?");
          } else if (option.isSecret()) {
            problems.add(
                name
                    + " must be given by a file or the environment, was given as a flag"
                    + " (every user of this machine can read flags)");
          } else {
            values.put(name, value.strip());
          }
        });
    return values;
  }

  private void read(Option<?> option, ConfigValue found, Map<String, Object> values) {
    String text = text(found);
    try {
      values.put(option.name(), option.kind().parse(text));
    } catch (IllegalArgumentException e) {
      String shown = option.isSecret() ? Secret.MASK : text;
      problems.add(
          new Violation(option.name(), option.bound(), shown).message() + from(option, found));
    }
  }

  private static Setting setting(Option<?> option, ConfigValue found) {
    String text = text(found);
    String shown = option.isSecret() && !text.isEmpty() ? Secret.MASK : text;
    return new Setting(option.name(), shown, source(option, found));
  }

  private static String source(Option<?> option, ConfigValue found) {
    String name = String.valueOf(found.getConfigSourceName());
    return name.equals(ENVIRONMENT) ? ENVIRONMENT + " " + option.environmentName() : name;
  }

  private static String from(Option<?> option, ConfigValue found) {
    String source = source(option, found);
    return source.equals(FLAG) || source.equals(DEFAULT) ? "" : " (" + source + ")";
  }

  private static String text(ConfigValue found) {
    String value = found.getValue();
    return value == null ? "" : value;
  }
}
