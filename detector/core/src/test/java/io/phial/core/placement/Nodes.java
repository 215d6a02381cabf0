package io.phial.core.placement;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import java.util.List;
import java.util.stream.IntStream;

/** Made-up nodes for tests. */
final class Nodes {
  private Nodes() {}

  static NodeInfo node(String id, int capacity) {
    String host = "10.0.0." + (1 + Math.floorMod(id.hashCode(), 250));
    return new NodeInfo(
        id,
        "z" + Math.floorMod(id.hashCode(), 3),
        new Endpoint(host, 7946),
        new Endpoint(host, 7000),
        new Endpoint(host, 7001),
        new Endpoint(host, 8080),
        capacity);
  }

  static List<NodeInfo> alike(int count) {
    return IntStream.range(0, count).mapToObj(n -> node("n" + n, 1)).toList();
  }
}
