package io.phial.node.runtime;

import io.phial.core.member.Member;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeInfoCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a node remembers of the cluster over a restart: its own incarnation, which life of the
 * cluster it belonged to, and the nodes with their last states.
 *
 * @param incarnation its own, the highest it used
 * @param era names one life of the cluster; empty when it never heard it
 * @param nodes all that were known, this one included
 */
record NodeMemory(long incarnation, String era, List<Row> nodes) {
  static final NodeMemory NONE = new NodeMemory(0, "", List.of());

  /**
   * A node as it was.
   *
   * @param state the last state by gossip
   */
  record Row(NodeInfo node, String state, long incarnation) {
    static Row of(Member member) {
      return new Row(member.node(), member.state().name(), member.incarnation());
    }
  }

  /** The first entry is this node's own, one follows for each node. */
  List<byte[]> encode() {
    List<byte[]> entries = new ArrayList<>();
    byte[] name = era.getBytes(StandardCharsets.US_ASCII);
    entries.add(
        ByteBuffer.allocate(Long.BYTES + name.length).putLong(incarnation).put(name).array());
    for (Row row : nodes) {
      byte[] state = row.state().getBytes(StandardCharsets.US_ASCII);
      ByteBuffer out = ByteBuffer.allocate(9 + state.length + NodeInfoCodec.BYTES_MAX);
      out.putLong(row.incarnation()).put((byte) state.length).put(state);
      NodeInfoCodec.write(row.node(), out);
      entries.add(Arrays.copyOf(out.array(), out.position()));
    }
    return entries;
  }

  /**
   * Reads it back.
   *
   * @throws IOException when the entries are no memory of a node
   */
  static NodeMemory decode(List<byte[]> entries) throws IOException {
    try {
      ByteBuffer own = ByteBuffer.wrap(entries.get(0));
      long incarnation = own.getLong();
      String era = StandardCharsets.US_ASCII.decode(own).toString();
      List<Row> rows = new ArrayList<>();
      for (byte[] entry : entries.subList(1, entries.size())) {
        ByteBuffer in = ByteBuffer.wrap(entry);
        long known = in.getLong();
        byte[] state = new byte[in.get()];
        in.get(state);
        rows.add(
            new Row(NodeInfoCodec.read(in), new String(state, StandardCharsets.US_ASCII), known));
      }
      return new NodeMemory(incarnation, era, List.copyOf(rows));
    } catch (RuntimeException | MalformedFrameException e) {
      throw new IOException("not a memory of nodes", e);
    }
  }
}
