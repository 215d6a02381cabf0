package io.phial.client;

import io.phial.core.wire.Endpoint;

/** What a {@link TcpBeater} does with its one connection. */
interface TcpOutbox {
  /** Connects to the node of this index; {@code onConnected} or {@code onDisconnected} follows. */
  void connect(int node);

  /** The node behind the configured ones is this one from now on; a literal address. */
  void learn(Endpoint node);

  /** Writes to the open connection. */
  void write(byte[] bytes);

  /** Drops the connection, or the attempt; no call follows for it. */
  void disconnect();
}
