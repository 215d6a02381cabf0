package io.phial.core.wire;

import java.nio.ByteBuffer;

/**
 * Writes and reads a {@link NodeInfo}: some 20 bytes for a node with one IPv4 address.
 *
 * <p>Layout: id, zone, capacity (2 bytes), then the gossip, tcp, udp and http endpoints. A host is
 * one tag byte: 0 the same as the endpoint before, 4 four bytes of IPv4, otherwise 6 and a text.
 * Stateless and thread-safe.
 */
public final class NodeInfoCodec {
  /** Longest id. */
  public static final int ID_CHARS_MAX = 64;

  /** Longest zone name. */
  public static final int ZONE_CHARS_MAX = 64;

  /** Longest host: an IPv6 literal with a scope. */
  public static final int HOST_CHARS_MAX = 64;

  /** Largest capacity. */
  public static final int CAPACITY_MAX = 1000;

  /** No {@link NodeInfo} takes more. */
  public static final int BYTES_MAX =
      1 + ID_CHARS_MAX + 1 + ZONE_CHARS_MAX + 2 + 4 * (1 + 1 + HOST_CHARS_MAX + 2);

  private static final int SAME_HOST = 0;
  private static final int IPV4_HOST = 4;
  private static final int TEXT_HOST = 6;

  private NodeInfoCodec() {}

  /**
   * Writes a node.
   *
   * @throws IllegalArgumentException when a part of it is out of bounds; the buffer's position may
   *     have moved
   */
  public static void write(NodeInfo node, ByteBuffer out) {
    check(node);
    WireText.writeId(node.id(), out);
    WireText.writeText(node.zone(), out);
    out.putShort((short) node.capacity());
    writeEndpoint(node.gossip(), "", out);
    writeEndpoint(node.tcp(), node.gossip().host(), out);
    writeEndpoint(node.udp(), node.tcp().host(), out);
    writeEndpoint(node.http(), node.udp().host(), out);
  }

  /** An upper bound of the bytes that {@link #write} takes for this node. */
  static int bytesMax(NodeInfo node) {
    return 4
        + node.id().length()
        + node.zone().length()
        + 4 * 4
        + Math.max(4, node.gossip().host().length())
        + Math.max(4, node.tcp().host().length())
        + Math.max(4, node.udp().host().length())
        + Math.max(4, node.http().host().length());
  }

  /** Reads a node; every length is checked before it is used. */
  public static NodeInfo read(ByteBuffer in) throws MalformedFrameException {
    String id = WireText.readId(in);
    String zone = WireText.readText(in, ZONE_CHARS_MAX);
    WireText.need(in, 2);
    int capacity = in.getShort() & 0xFFFF;
    if (capacity < 1 || capacity > CAPACITY_MAX) {
      throw new MalformedFrameException("bad capacity");
    }
    Endpoint gossip = readEndpoint(in, "");
    Endpoint tcp = readEndpoint(in, gossip.host());
    Endpoint udp = readEndpoint(in, tcp.host());
    Endpoint http = readEndpoint(in, udp.host());
    return new NodeInfo(id, zone, gossip, tcp, udp, http, capacity);
  }

  private static void check(NodeInfo node) {
    if (node.capacity() < 1 || node.capacity() > CAPACITY_MAX) {
      throw new IllegalArgumentException("capacity must be 1 to 1000, was " + node.capacity());
    }
    if (node.zone().length() > ZONE_CHARS_MAX || !isPrintable(node.zone())) {
      throw new IllegalArgumentException(
          "zone must be at most 64 printable ASCII characters, was " + node.zone());
    }
  }

  static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
  }

  private static void writeEndpoint(Endpoint endpoint, String hostBefore, ByteBuffer out) {
    String host = endpoint.host();
    if (host.length() > HOST_CHARS_MAX || !isPrintable(host)) {
      throw new IllegalArgumentException("host must be a numeric address, was " + host);
    }
    long ipv4 = ipv4(host);
    if (host.equals(hostBefore)) {
      out.put((byte) SAME_HOST);
    } else if (ipv4 >= 0) {
      out.put((byte) IPV4_HOST).putInt((int) ipv4);
    } else {
      out.put((byte) TEXT_HOST);
      WireText.writeText(host, out);
    }
    out.putShort((short) endpoint.port());
  }

  private static Endpoint readEndpoint(ByteBuffer in, String hostBefore)
      throws MalformedFrameException {
    String host = readHost(in, hostBefore);
    WireText.need(in, 2);
    int port = in.getShort() & 0xFFFF;
    if (host.isEmpty() || port == 0) {
      throw new MalformedFrameException("bad endpoint");
    }
    return new Endpoint(host, port);
  }

  private static String readHost(ByteBuffer in, String hostBefore) throws MalformedFrameException {
    WireText.need(in, 1);
    return switch (in.get()) {
      case SAME_HOST -> hostBefore;
      case IPV4_HOST -> readIpv4(in);
      case TEXT_HOST -> WireText.readText(in, HOST_CHARS_MAX);
      default -> throw new MalformedFrameException("bad host tag");
    };
  }

  private static String readIpv4(ByteBuffer in) throws MalformedFrameException {
    WireText.need(in, 4);
    int address = in.getInt();
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xFF)
        + "."
        + (address >>> 8 & 0xFF)
        + "."
        + (address & 0xFF);
  }

  /** The 32 bits of a dotted quad in its only canonical form, or -1 for any other text. */
  private static long ipv4(String host) {
    long address = 0;
    int parts = 0;
    int start = 0;
    while (parts < 4) {
      int end = parts == 3 ? host.length() : host.indexOf('.', start);
      int octet = end < 0 ? -1 : octet(host, start, end);
      if (octet < 0) {
        return -1;
      }
      address = address << 8 | octet;
      start = end + 1;
      parts++;
    }
    return address;
  }

  private static int octet(String host, int start, int end) {
    int length = end - start;
    if (length < 1 || length > 3 || (length > 1 && host.charAt(start) == '0')) {
      return -1;
    }
    int octet = 0;
    for (int i = start; i < end; i++) {
      int digit = host.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      octet = octet * 10 + digit;
    }
    return octet <= 255 ? octet : -1;
  }
}
