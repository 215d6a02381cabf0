package io.phial.chaos.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the small programs of the operating system. */
final class Tool {
  private static final int LIMIT_SECONDS = 20;
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  private Tool() {}

  /**
   * Runs a program to its end.
   *
   * @return its standard output and error together
   * @throws IOException when it cannot be started, takes longer than 20 s or fails
   */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readNBytes(OUTPUT_BYTES_MAX);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " took longer than 20 s");
    }
    String text = new String(output, StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command) + " ended with " + process.exitValue() + ": " + text.strip());
    }
    return text;
  }

  static String run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }
}
