package io.phial.node.cli;

import io.phial.node.api.RunningNode;
import io.phial.node.config.NodeConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** Runs the command in this process and keeps what it printed. */
final class CommandLineFixture {
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  /** Runs a command that starts no node. */
  int run(String... args) {
    return run(Map.of(), args);
  }

  int run(Map<String, String> environment, String... args) {
    return Main.run(
        args,
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        environment,
        CommandLineFixture::none);
  }

  private static RunningNode none(NodeConfig config) {
    throw new IllegalStateException("no node is to be made here");
  }
}
