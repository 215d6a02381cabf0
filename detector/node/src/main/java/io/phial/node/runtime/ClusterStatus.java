package io.phial.node.runtime;

import io.phial.core.registry.Verdict;
import io.phial.node.api.ClientRow;
import io.phial.node.api.ClientsQuery;
import io.phial.node.api.Health;
import io.phial.node.api.NodeQueries;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.VerdictStream;
import io.phial.node.ingress.StatusFeed;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster says about clients: changes from the event stream, which every node has whole,
 * and the present from queries to all nodes, so that nothing has to be kept twice.
 */
final class ClusterStatus implements StatusFeed {
  private final VerdictStream stream;
  private final NodeQueries queries;

  ClusterStatus(VerdictStream stream, NodeQueries queries) {
    this.stream = stream;
    this.queries = queries;
  }

  @Override
  public long position() {
    return stream.nextSequence();
  }

  @Override
  public Changes read(long from, int max) {
    VerdictStream.Batch batch = stream.read(from, max);
    List<Status> changes = new ArrayList<>(batch.events().size());
    for (VerdictEvent event : batch.events()) {
      if (event.kind() == VerdictEvent.Kind.CLIENT) {
        changes.add(
            new Status(event.id(), event.to(), event.atEpochMillis(), event.phi(), event.reason()));
      }
    }
    return new Changes(batch.missed(), changes, batch.nextSequence());
  }

  @Override
  public Subscription subscribe(Runnable wake) {
    VerdictStream.Subscription subscription = stream.subscribe(wake);
    return subscription::close;
  }

  @Override
  public Future<List<Status>> page(String after, int limit) {
    return page(null, after, limit);
  }

  @Override
  public Future<List<Status>> alive(String after, int limit) {
    return page(Verdict.ALIVE, after, limit);
  }

  private Future<List<Status>> page(@Nullable Verdict verdict, String after, int limit) {
    return queries
        .clients(new ClientsQuery(verdict, limit, after, false))
        .map(answer -> answer.clients().stream().map(ClusterStatus::status).toList());
  }

  @Override
  public Future<Optional<Status>> one(String id) {
    return queries.client(id, false).map(found -> found.map(ClusterStatus::status));
  }

  @Override
  public Future<Boolean> ready() {
    return queries.ready().map(Health::isOk);
  }

  private static Status status(ClientRow row) {
    return new Status(row.id(), row.verdict(), 0, row.phi(), row.reason());
  }
}
