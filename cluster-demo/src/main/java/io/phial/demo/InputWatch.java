package io.phial.demo;

import java.io.IOException;
import java.io.InputStream;

/** Ends a child when its standard input ends: whoever started it has gone. */
final class InputWatch {
  private InputWatch() {}

  /** Starts a daemon thread that reads the input, throws it away, and ends the JVM with it. */
  static void endWithInput() {
    Thread thread = new Thread(InputWatch::run, "input-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run() {
    try (InputStream in = System.in) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A broken pipe is an end of input, too.
    }
    Runtime.getRuntime().halt(0);
  }
}
