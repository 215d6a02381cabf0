package io.phial.node.api;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * What the API asks the node. Called on the API's event loop; no call may block. A future may
 * complete on any thread; one that fails or takes longer than {@code http.query-timeout} becomes a
 * 503.
 */
public interface NodeQueries {
  /** The nodes as this one sees them. */
  Future<NodesAnswer> nodes();

  /** The view in force here. */
  ViewAnswer view();

  /**
   * A page of clients of the whole cluster, or of this node alone when {@link
   * ClientsQuery#local()}. Nodes that do not answer make the answer partial, not failed.
   */
  Future<ClientsAnswer> clients(ClientsQuery query);

  /**
   * One client, wherever it is judged; empty when nobody knows it.
   *
   * @param local ask this node alone
   */
  Future<Optional<ClientRow>> client(String id, boolean local);

  /** Is this process worth keeping? Fails only when a restart would help. */
  Future<Health> live();

  /** May clients be sent here? */
  Future<Health> ready();
}
