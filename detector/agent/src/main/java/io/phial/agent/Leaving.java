package io.phial.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Tells the agent of this pod that the pod is being stopped, so that the end of the program is in
 * order. For the agent's preStop hook, which runs before the program is told to end; a process of
 * its own, because a hook cannot reach the loopback otherwise.
 */
public final class Leaving {
  private static final int MILLIS = 3000;

  private Leaving() {}

  /** Ends with 0 when the agent has heard it. */
  public static void main(String[] args) throws IOException {
    String port = System.getenv(AgentOption.PORT.environmentName());
    System.exit(tell(port == null ? AgentOption.PORT.defaultText() : port) ? 0 : 1);
  }

  static boolean tell(String port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)), MILLIS);
      socket.setSoTimeout(MILLIS);
      socket
          .getOutputStream()
          .write(
              "PUT /v1/leave HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(12);
      return new String(status, StandardCharsets.US_ASCII).endsWith(" 200");
    }
  }
}
