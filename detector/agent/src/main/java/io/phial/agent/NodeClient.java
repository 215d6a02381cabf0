package io.phial.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the nodes for the clients of a group: the node that answered last first, then every other
 * address of every name. Blocks; used by one thread at a time.
 */
class NodeClient {
  /** Members of a group that are listed at most. */
  static final int PEERS_MAX = 1000;

  private static final int CONNECT_MILLIS = 500;
  private static final int READ_MILLIS = 1500;
  private static final int ANSWER_BYTES_MAX = 2_000_000;
  private static final int TRIES_MAX = 8;
  private static final JsonFactory JSON = new JsonFactory();

  private final List<NodeAddress> nodes;
  private @Nullable String preferred;

  NodeClient(List<NodeAddress> nodes) {
    this.nodes = nodes;
  }

  /**
   * Asks.
   *
   * @throws IOException when no node answered
   */
  Group ask(String group) throws IOException {
    String query =
        "/v1/clients?limit="
            + PEERS_MAX
            + "&prefix="
            + URLEncoder.encode(group.isEmpty() ? "" : group + "/", StandardCharsets.UTF_8);
    IOException last = new IOException("no node has an address");
    int tries = 0;
    for (String authority : authorities()) {
      if (tries++ == TRIES_MAX) {
        break;
      }
      try {
        Group answer = read(authority, query);
        preferred = authority;
        return answer;
      } catch (IOException e) {
        last = e;
      }
    }
    preferred = null;
    throw last;
  }

  private List<String> authorities() {
    List<String> found = new ArrayList<>();
    if (preferred != null) {
      found.add(preferred);
    }
    for (NodeAddress node : nodes) {
      try {
        for (InetAddress address : InetAddress.getAllByName(node.host())) {
          String host = address.getHostAddress();
          String authority =
              (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + node.httpPort();
          if (!found.contains(authority)) {
            found.add(authority);
          }
        }
      } catch (UnknownHostException e) {
        // Not now; the others may have addresses.
        found.remove(node.host());
      }
    }
    return found;
  }

  private static Group read(String authority, String query) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://" + authority + query).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    try {
      if (connection.getResponseCode() != 200) {
        throw new IOException(authority + " answered " + connection.getResponseCode());
      }
      try (InputStream body = connection.getInputStream()) {
        byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX + 1);
        if (bytes.length > ANSWER_BYTES_MAX) {
          throw new IOException(authority + " answered more than " + ANSWER_BYTES_MAX + " bytes");
        }
        return parse(bytes, authority);
      }
    } finally {
      connection.disconnect();
    }
  }

  /** Reads an answer; what it does not know it skips. */
  static Group parse(byte[] json, String node) throws IOException {
    List<Peer> peers = new ArrayList<>();
    long total = 0;
    boolean partial = false;
    try (JsonParser parser = JSON.createParser(json)) {
      expect(parser.nextToken(), JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("total")) {
          total = parser.getLongValue();
        } else if (field.equals("partial")) {
          partial = parser.getBooleanValue();
        } else if (field.equals("clients") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            peers.add(peer(parser));
          }
        } else {
          parser.skipChildren();
        }
      }
    }
    peers.sort(Peer.ALIVE_FIRST);
    return new Group(List.copyOf(peers), total, partial, System.nanoTime(), node);
  }

  private static Peer peer(JsonParser parser) throws IOException {
    String id = "";
    String verdict = "UNKNOWN";
    double phi = 0;
    long silence = -1;
    String payload = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "id" -> id = parser.getText();
        case "verdict" -> verdict = parser.getText();
        case "phi" -> phi = parser.getDoubleValue();
        case "silenceMs" -> silence = parser.getLongValue();
        case "payload" -> payload = parser.getText();
        default -> parser.skipChildren();
      }
    }
    return new Peer(id, verdict, phi, silence, payload);
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted) throws IOException {
    if (found != wanted) {
      throw new IOException("answer must begin with " + wanted + ", was " + found);
    }
  }
}
