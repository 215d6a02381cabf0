package io.phial.node.cli;

import io.phial.node.config.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What every command takes. */
@Command(versionProvider = StandardOptions.Versions.class)
final class StandardOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean isHelp;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean isVersion;

  /** Made by picocli. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "phial " + Version.text() + " (Java " + Runtime.version().feature() + ")"
      };
    }
  }
}
