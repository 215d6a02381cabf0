package io.phial.agent;

import io.phial.core.wire.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node, or all nodes behind a name, take beats and answer questions.
 *
 * @param host a name or a numeric address
 * @param tcpPort beats
 * @param httpPort the HTTP API
 */
record NodeAddress(String host, int tcpPort, int httpPort) {
  static final int TCP_PORT_DEFAULT = 7070;
  static final int HTTP_PORT_DEFAULT = 8080;
  private static final int NODES_MAX = 64;
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]{1,253})(?::(\\d{1,5})(?::(\\d{1,5}))?)?");

  Endpoint beats() {
    return new Endpoint(host, tcpPort);
  }

  /**
   * Reads a list.
   *
   * @throws IllegalArgumentException when it has another form
   */
  static List<NodeAddress> parse(String text) {
    List<NodeAddress> found = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher form = FORM.matcher(part.strip());
      if (!form.matches()) {
        throw new IllegalArgumentException("out of form");
      }
      String host = form.group(1);
      found.add(
          new NodeAddress(
              host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
              port(form.group(2), TCP_PORT_DEFAULT),
              port(form.group(3), HTTP_PORT_DEFAULT)));
    }
    if (found.size() > NODES_MAX) {
      throw new IllegalArgumentException("too many");
    }
    return List.copyOf(found);
  }

  private static int port(@org.jspecify.annotations.Nullable String text, int whenAbsent) {
    int port = text == null ? whenAbsent : Integer.parseInt(text);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port out of bounds");
    }
    return port;
  }
}
