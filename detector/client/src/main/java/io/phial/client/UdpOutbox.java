package io.phial.client;

/** Where a {@link UdpBeater}'s datagrams go. */
interface UdpOutbox {
  /** Sends a datagram to the node of this index, soon or never. */
  void datagram(int node, byte[] data);

  /** A new attempt with this node begins: its name may be looked up again. */
  void refresh(int node);
}
