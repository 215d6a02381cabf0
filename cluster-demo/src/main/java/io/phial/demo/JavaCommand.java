package io.phial.demo;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How to start another JVM with the very classes that run here. */
public final class JavaCommand {
  /** Small and quick to start; messages of the JVM itself must not mix with the event lines. */
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+DisplayVMOutputToStderr",
          "-Xss512k",
          "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");

  /** What Hazelcast and Netty ask for; a jar's manifest grants it only with -jar. */
  private static final List<String> OPENS =
      List.of(
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED");

  private static final String NODE_MAIN = "io.phial.node.cli.Main";

  private JavaCommand() {}

  /** {@code phial node} with these arguments. */
  public static List<String> node(Path javaHome, List<String> jvmArgs, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(program(javaHome));
    command.addAll(SMALL);
    command.addAll(List.of("-Xms48m", "-Xmx192m"));
    command.addAll(OPENS);
    command.addAll(jvmArgs);
    command.addAll(List.of("-cp", classPath(), NODE_MAIN, "node"));
    command.addAll(args);
    return command;
  }

  /** Another command of {@code phial} with these arguments. */
  public static List<String> phial(int heapMegabytes, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(program(Path.of(System.getProperty("java.home"))));
    command.addAll(SMALL);
    command.add("-Xmx" + heapMegabytes + "m");
    command.addAll(List.of("-cp", classPath(), NODE_MAIN));
    command.addAll(args);
    return command;
  }

  /** A hidden subcommand of the demo itself. */
  static List<String> demo(int heapMegabytes, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(program(Path.of(System.getProperty("java.home"))));
    command.addAll(SMALL);
    command.add("-Xmx" + heapMegabytes + "m");
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(args);
    return command;
  }

  private static String program(Path javaHome) {
    return javaHome.resolve("bin").resolve("java").toString();
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
