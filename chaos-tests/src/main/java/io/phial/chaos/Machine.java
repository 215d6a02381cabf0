package io.phial.chaos;

import java.util.List;

/** What of the machine matters for a measured time; nothing that would tell which one it is. */
final class Machine {
  private Machine() {}

  static List<String> facts() {
    return List.of(
        "Phial " + Main.Version.number(),
        "JDK " + Runtime.version().feature() + " (" + System.getProperty("java.vm.name") + ")",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors() + " cores");
  }
}
