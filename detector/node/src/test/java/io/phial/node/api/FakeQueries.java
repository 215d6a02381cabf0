package io.phial.node.api;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.registry.ClientSnapshot;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A puppet of a node: two nodes and as many clients as a test wants, made from core's records. */
final class FakeQueries implements NodeQueries {
  final TreeMap<String, ClientRow> clients = new TreeMap<>();
  final List<ClientsQuery> asked = new ArrayList<>();
  volatile Health ready = new Health(Map.of("view", Health.OK, "gossip", Health.OK));
  volatile boolean isFailing;
  volatile boolean isSilent;

  FakeQueries client(String id, Verdict verdict) {
    ClientSpec spec = new ClientSpec(id, 0, 1, Transport.UDP, 1_000_000_000L, false);
    clients.put(
        id,
        ClientRow.of(
            new ClientSnapshot(
                spec,
                verdict,
                0.12345,
                250_000_000L,
                17,
                0.0125,
                1_500_000_000L,
                -2_000_001L,
                "beat 0.25 s ago"),
            "n1",
            42));
    return this;
  }

  private <T> Future<T> answer(T value) {
    if (isSilent) {
      return Promise.<T>promise().future();
    }
    return isFailing
        ? Future.failedFuture(new IllegalStateException("secret detail"))
        : Future.succeededFuture(value);
  }

  @Override
  public Future<NodesAnswer> nodes() {
    return answer(
        new NodesAnswer(
            "n1", 7, true, List.of(row("n1", MemberState.ALIVE), row("n2", MemberState.SUSPECT))));
  }

  private static NodeRow row(String id, MemberState state) {
    NodeInfo node =
        new NodeInfo(
            id,
            "z1",
            new Endpoint("10.0.0.1", 1),
            new Endpoint("10.0.0.1", 2),
            new Endpoint("10.0.0.1", 3),
            new Endpoint("::1", 4),
            100);
    return NodeRow.of(
        new Member(node, 1764000000L, state, 2.00049, 120_500_000L, 345_678L, true, "heard"), 2048);
  }

  @Override
  public synchronized Future<ClientsAnswer> clients(ClientsQuery query) {
    asked.add(query);
    List<ClientRow> matching =
        clients.values().stream()
            .filter(row -> query.matches(Verdict.valueOf(row.verdict())))
            .toList();
    return answer(
        new ClientsAnswer(
            matching.size(),
            false,
            matching.stream()
                .filter(row -> row.id().compareTo(query.after()) > 0)
                .limit(query.limit())
                .toList()));
  }

  @Override
  public Future<Optional<ClientRow>> client(String id, boolean local) {
    return answer(Optional.ofNullable(clients.get(id)));
  }

  @Override
  public Future<Health> live() {
    return answer(new Health(Map.of("loops", Health.OK)));
  }

  @Override
  public ViewAnswer view() {
    return new ViewAnswer(3, false, List.of("n1", "n2"), List.of(0, 1, 1));
  }

  @Override
  public Future<Health> ready() {
    return answer(ready);
  }
}
