package io.phial.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The twin of {@code seed_client.py} for machines without Python: the same bytes and lines. */
@Command(
    name = "seed",
    hidden = true,
    description = "Beats over plain TCP.",
    mixinStandardHelpOptions = true)
final class SeedCommand implements Callable<Integer> {
  private static final int CONNECT_MILLIS_MAX = 10_000;

  @Parameters(index = "0", description = "The node's host.")
  private String host = "";

  @Parameters(index = "1", description = "The node's TCP port.")
  private int port;

  @Parameters(index = "2", description = "Seconds between beats.", defaultValue = "1")
  private double intervalSeconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    InputWatch.endWithInput();
    byte[] beat = "HEARTBEAT".getBytes(StandardCharsets.US_ASCII);
    byte[] buffer = new byte[1024];
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS_MAX);
      System.out.println(
          "connected from "
              + socket.getLocalAddress().getHostAddress()
              + ":"
              + socket.getLocalPort());
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      while (true) {
        out.write(beat);
        int length = in.read(buffer);
        String answer = new String(buffer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        if (!answer.equals("ACK")) {
          System.err.println("expected ACK, got " + answer);
          return 1;
        }
        Thread.sleep((long) (intervalSeconds * 1000));
      }
    }
  }
}
