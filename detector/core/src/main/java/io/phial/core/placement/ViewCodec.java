package io.phial.core.placement;

import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeInfoCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes and reads a {@link View}: about 4.2 kB for 3 nodes.
 *
 * <p>Layout: version (1 byte), epoch (8), number of nodes (2), the nodes, then 4096 owners of one
 * byte each, or two when there are more than 256 nodes. A reader refuses newer versions. Stateless
 * and thread-safe.
 */
public final class ViewCodec {
  /** No encoded view is longer. */
  public static final int BYTES_MAX =
      1 + 8 + 2 + Placement.NODES_MAX * NodeInfoCodec.BYTES_MAX + 2 * Slots.COUNT;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 11;

  private ViewCodec() {}

  /**
   * The bytes of a view.
   *
   * @throws IllegalArgumentException when the view is out of bounds
   */
  public static byte[] encode(View view) {
    int count = view.nodes().size();
    if (count < 1 || count > Placement.NODES_MAX || view.owners().length != Slots.COUNT) {
      throw new IllegalArgumentException(
          "view must have 1 to 1024 nodes and 4096 owners, was nodes="
              + count
              + " owners="
              + view.owners().length);
    }
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + count * NodeInfoCodec.BYTES_MAX + 2 * Slots.COUNT);
    out.put(VERSION).putLong(view.epoch()).putShort((short) count);
    for (NodeInfo node : view.nodes()) {
      NodeInfoCodec.write(node, out);
    }
    for (short owner : view.owners()) {
      if (owner < 0 || owner >= count) {
        throw new IllegalArgumentException("owner must be 0 to " + (count - 1) + ", was " + owner);
      }
      if (count > 256) {
        out.putShort(owner);
      } else {
        out.put((byte) owner);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Reads a view back.
   *
   * @throws MalformedFrameException when the bytes are not a view; of kind UNKNOWN when a newer
   *     version wrote them
   */
  public static View decode(byte[] bytes) throws MalformedFrameException {
    if (bytes.length < HEADER_BYTES || bytes.length > BYTES_MAX) {
      throw new MalformedFrameException("bad view length");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.get() != VERSION) {
      throw new MalformedFrameException(
          MalformedFrameException.Kind.UNKNOWN, "unknown view version");
    }
    long epoch = in.getLong();
    int count = in.getShort() & 0xFFFF;
    if (epoch < 0 || count < 1 || count > Placement.NODES_MAX) {
      throw new MalformedFrameException("bad view header");
    }
    List<NodeInfo> nodes = readNodes(in, count);
    return new View(epoch, nodes, readOwners(in, count));
  }

  private static List<NodeInfo> readNodes(ByteBuffer in, int count) throws MalformedFrameException {
    List<NodeInfo> nodes = new ArrayList<>();
    String before = "";
    for (int n = 0; n < count; n++) {
      NodeInfo node = NodeInfoCodec.read(in);
      if (node.id().compareTo(before) <= 0) {
        throw new MalformedFrameException("nodes are not sorted by id");
      }
      before = node.id();
      nodes.add(node);
    }
    return List.copyOf(nodes);
  }

  private static short[] readOwners(ByteBuffer in, int count) throws MalformedFrameException {
    boolean wide = count > 256;
    if (in.remaining() != Slots.COUNT * (wide ? 2 : 1)) {
      throw new MalformedFrameException("bad number of owners");
    }
    short[] owners = new short[Slots.COUNT];
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      int owner = wide ? in.getShort() & 0xFFFF : in.get() & 0xFF;
      if (owner >= count) {
        throw new MalformedFrameException("owner is not a node");
      }
      owners[slot] = (short) owner;
    }
    return owners;
  }
}
