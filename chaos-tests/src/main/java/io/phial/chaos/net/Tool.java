package io.phial.chaos.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the small programs of the operating system. */
final class Tool {
  private static final String LIMIT_SECONDS = "20";
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  private Tool() {}

  /**
   * Runs a program to its end.
   *
   * @return its standard output and error together
   * @throws IOException when it cannot be started, takes longer than 20 s or fails
   */
  static String run(List<String> command) throws IOException, InterruptedException {
    // A limit from outside: reading what a stuck program does not write would wait for ever.
    List<String> limited = new ArrayList<>(List.of("timeout", "-k", "1", LIMIT_SECONDS));
    limited.addAll(command);
    Process process = new ProcessBuilder(limited).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readNBytes(OUTPUT_BYTES_MAX);
    int code = process.waitFor();
    String text = new String(output, StandardCharsets.UTF_8);
    if (code != 0) {
      throw new IOException(
          String.join(" ", command) + " ended with " + code + ": " + text.strip());
    }
    return text;
  }

  static String run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }
}
