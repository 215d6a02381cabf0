package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Usage;
import io.vertx.core.Future;

/**
 * For clients that have neither a connection nor a session: each beat names them and goes to the
 * owner of their slot. Thread-safe; nothing blocks.
 */
public interface SlotDesk {
  /** Who judges a client. */
  sealed interface Owner {
    /** This node. */
    record Here() implements Owner {}

    /**
     * Another node.
     *
     * @param node its id
     * @param http its API
     */
    record There(String node, Endpoint http) implements Owner {}

    /** Nobody yet: this node is in no view. */
    record Nobody() implements Owner {}
  }

  /** As {@link ClientDesk#profiled}; for where the client is judged. */
  default ClientSpec profiled(ClientSpec spec, Usage usage, boolean mayChoose) {
    return spec;
  }

  /** As {@link ClientDesk#payloadBytesMax}. */
  default int payloadBytesMax(ClientSpec spec) {
    return Integer.MAX_VALUE;
  }

  /** The owner of the slot of an id. */
  Owner ownerOf(String id);

  /**
   * Takes a beat of a client that this node owns; the first one registers it.
   *
   * @param spec with session 0; an interval of 0 keeps what was declared before
   * @param protocol how the beat came, one lower-case word
   * @param payload may be empty: then the last one stays
   */
  Future<ClientDesk.Registration> beat(ClientSpec spec, String protocol, byte[] payload);

  /** Takes a goodbye of a client that this node owns; false when it does not know it. */
  Future<Boolean> goodbye(String id);
}
