package io.phial.node.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * A configuration file as flat names and texts.
 *
 * <p>Only the tree of nodes is read, never objects, so that a value stays the text that was typed
 * (no {@code no} that becomes false, no {@code 010} that becomes 8) and every complaint can name
 * its line. The file is bounded in size and depth.
 */
final class YamlFile {
  static final int BYTES_MAX = 1 << 20;
  private static final int DEPTH_MAX = 16;

  private final Path path;
  private final List<String> problems;
  private final Map<String, String> values = new LinkedHashMap<>();

  private YamlFile(Path path, List<String> problems) {
    this.path = path;
    this.problems = problems;
  }

  /** Reads a file; whatever is wrong with it is added to the problems. */
  static Map<String, String> read(Path path, List<String> problems) {
    YamlFile file = new YamlFile(path, problems);
    file.read();
    return file.values;
  }

  private void read() {
    try {
      if (Files.size(path) > BYTES_MAX) {
        problems.add(path + " must be at most " + BYTES_MAX + " bytes, was " + Files.size(path));
        return;
      }
      Node root = parse(Files.readString(path, StandardCharsets.UTF_8));
      if (root instanceof MappingNode mapping) {
        mapping("", mapping, 1);
      } else if (root != null) {
        problems.add(path + " must be a YAML mapping of options");
      }
    } catch (MarkedYAMLException e) {
      problems.add(path + " must be YAML: " + e.getProblem() + at(e.getProblemMark().getLine()));
    } catch (YAMLException e) {
      problems.add(path + " must be YAML: " + e.getMessage());
    } catch (IOException e) {
      problems.add(path + " must be a readable UTF-8 file: " + e);
    }
  }

  private static @Nullable Node parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(DEPTH_MAX);
    options.setCodePointLimit(BYTES_MAX);
    // An alias of a mapping can blow up exponentially, and no configuration needs one.
    options.setMaxAliasesForCollections(0);
    Yaml yaml =
        new Yaml(
            new SafeConstructor(options),
            new Representer(new DumperOptions()),
            new DumperOptions(),
            options);
    return yaml.compose(new StringReader(text));
  }

  private void mapping(String prefix, MappingNode mapping, int depth) {
    for (NodeTuple entry : mapping.getValue()) {
      int line = entry.getKeyNode().getStartMark().getLine();
      if (entry.getKeyNode() instanceof ScalarNode key && depth <= DEPTH_MAX) {
        value(prefix + key.getValue(), entry.getValueNode(), line, depth);
      } else {
        problems.add(path + " must have words as keys" + at(line));
      }
    }
  }

  private void value(String name, Node node, int line, int depth) {
    if (node instanceof MappingNode mapping && Options.byName(name).isEmpty()) {
      mapping(name + ".", mapping, depth + 1);
    } else if (Options.byName(name).isEmpty()) {
      problems.add(
          "unknown option "
              + name
              + " in "
              + path
              + at(line)
              + "; did you mean "
              + Options.nearest(name)
              + "?");
    } else if (values.containsKey(name)) {
      problems.add(name + " must be given once in " + path + ", was given again" + at(line));
    } else {
      text(name, node, line);
    }
  }

  private void text(String name, Node node, int line) {
    if (node instanceof ScalarNode scalar) {
      values.put(name, scalar.getValue().strip());
    } else if (node instanceof SequenceNode sequence) {
      List<String> parts = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        parts.add(item instanceof ScalarNode scalar ? scalar.getValue().strip() : "?");
      }
      values.put(name, String.join(",", parts));
    } else {
      problems.add(name + " must be a value, was a mapping" + at(line));
    }
  }

  private static String at(int lineFromZero) {
    return " (line " + (lineFromZero + 1) + ")";
  }
}
