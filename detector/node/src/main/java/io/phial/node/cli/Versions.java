package io.phial.node.cli;

import io.phial.node.config.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"phial " + Version.text() + " (Java " + Runtime.version().feature() + ")"};
  }
}
