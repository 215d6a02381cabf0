package io.phial.demo;

import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The client programs, in Python 3 where there is one, otherwise their twins in Java. */
final class Programs {
  private static final int TWIN_HEAP_MEGABYTES = 32;
  private static final int PYTHON_CHECK_SECONDS_MAX = 20;
  private static final List<String> FILES = List.of("seed_client.py", "udp_client.py");

  private final Path directory;
  private final String python;

  private Programs(Path directory, String python) {
    this.directory = directory;
    this.python = python;
  }

  /** Looks for Python and unpacks the programs into the directory. */
  static Programs prepare(Path directory, String python) throws IOException, InterruptedException {
    if (!isPython3(python)) {
      return new Programs(directory, ClusterSpec.NO_PYTHON);
    }
    for (String file : FILES) {
      unpack(file, directory.resolve(file));
    }
    return new Programs(directory, python);
  }

  /** False when the Java twins stand in. */
  boolean isPython() {
    return !python.equals(ClusterSpec.NO_PYTHON);
  }

  /** The plain TCP program. */
  List<String> seed(Endpoint node, Duration interval) {
    List<String> args =
        List.of(node.host(), Integer.toString(node.port()), Double.toString(seconds(interval)));
    return command("seed_client.py", "seed", args);
  }

  /** The UDP program. */
  List<String> udp(String id, List<Endpoint> nodes, Duration interval) {
    String all = nodes.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    return command("udp_client.py", "udp", List.of(id, all, Double.toString(seconds(interval))));
  }

  private List<String> command(String file, String twin, List<String> args) {
    List<String> command = new ArrayList<>();
    if (isPython()) {
      command.add(python);
      command.add(directory.resolve(file).toString());
      command.addAll(args);
      return command;
    }
    command.add(twin);
    command.addAll(args);
    return JavaCommand.demo(TWIN_HEAP_MEGABYTES, command);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  static boolean isPython3(String program) throws InterruptedException {
    if (program.equals(ClusterSpec.NO_PYTHON)) {
      return false;
    }
    try {
      Process check =
          new ProcessBuilder(program, "-c", "import sys; sys.exit(sys.version_info < (3, 6))")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!check.waitFor(PYTHON_CHECK_SECONDS_MAX, TimeUnit.SECONDS)) {
        check.destroyForcibly();
        return false;
      }
      return check.exitValue() == 0;
    } catch (IOException e) {
      // No such program: the usual case on a machine without Python.
      return false;
    }
  }

  static void unpack(String file, Path target) throws IOException {
    try (InputStream in = Programs.class.getResourceAsStream("/python/" + file)) {
      if (in == null) {
        throw new IOException("the jar lacks python/" + file);
      }
      Files.write(target, in.readAllBytes());
    }
  }
}
