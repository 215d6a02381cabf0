package io.phial.node.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that was refused, with every reason; nothing was started. */
public final class ConfigException extends Exception {
  private final List<String> problems;

  ConfigException(List<String> problems) {
    super(problems.stream().collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each thing that is wrong, in the order of the options. */
  public List<String> problems() {
    return problems;
  }
}
