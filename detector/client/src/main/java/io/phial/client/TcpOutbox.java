package io.phial.client;

/** What a {@link TcpBeater} does with its one connection. */
interface TcpOutbox {
  /** Connects to the node of this index; {@code onConnected} or {@code onDisconnected} follows. */
  void connect(int node);

  /** Writes to the open connection. */
  void write(byte[] bytes);

  /** Drops the connection, or the attempt; no call follows for it. */
  void disconnect();
}
