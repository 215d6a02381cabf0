package io.phial.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, found without asking a name server: that can block for seconds. */
final class HostName {
  private static final String UNKNOWN = "node";

  private HostName() {}

  static String find() {
    String name = System.getenv("HOSTNAME");
    if (name == null || name.isBlank()) {
      name = fromFile();
    }
    return label(name);
  }

  /** The first part of a full name, with only what an id may hold. */
  static String label(String name) {
    String first = name.strip().split("\\.", 2)[0].replaceAll("[^A-Za-z0-9_-]", "-");
    String cut = first.substring(0, Math.min(first.length(), 64));
    return cut.isEmpty() ? UNKNOWN : cut;
  }

  private static String fromFile() {
    try {
      return Files.readString(Path.of("/etc/hostname"));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
