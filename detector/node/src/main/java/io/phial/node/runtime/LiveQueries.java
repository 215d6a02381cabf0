package io.phial.node.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientSnapshot;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.wire.NodeInfo;
import io.phial.node.api.ClientRow;
import io.phial.node.api.ClientsAnswer;
import io.phial.node.api.ClientsQuery;
import io.phial.node.api.Health;
import io.phial.node.api.NodeQueries;
import io.phial.node.api.NodeRow;
import io.phial.node.api.NodesAnswer;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.ViewAnswer;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.cluster.NodeBus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers the API from this node's shards and, over the bus, from those of the others. A node that
 * does not answer in time makes the answer partial, never late.
 */
final class LiveQueries implements NodeQueries {
  private static final String CLIENTS = "clients";
  private static final String CLIENT = "client";
  private static final Duration PEER_TIMEOUT = Duration.ofSeconds(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SlotRouter router;
  private final Clients clients;
  private final ClusterStore store;
  private final NodeBus bus;
  private final Supplier<GossipLoop.Snapshot> gossip;
  private final Supplier<GossipLoop.Snapshot> shared;
  private final Supplier<NodeMemory> memory;

  /**
   * Creates it.
   *
   * @param gossip all nodes
   * @param shared those with whom this one shares clients
   * @param memory what was known before a warm restart
   */
  LiveQueries(
      SlotRouter router,
      Clients clients,
      Desk.Links links,
      Supplier<GossipLoop.Snapshot> gossip,
      Supplier<GossipLoop.Snapshot> shared,
      Supplier<NodeMemory> memory) {
    this.router = router;
    this.clients = clients;
    this.store = links.store();
    this.bus = links.bus();
    this.gossip = gossip;
    this.shared = shared;
    this.memory = memory;
  }

  /** Answers the other nodes; call once before the store starts. */
  void serve() {
    bus.serve(
        CLIENTS, body -> localClients(read(body, ClientsQuery.class)).map(LiveQueries::write));
    bus.serve(
        CLIENT,
        body -> {
          Future<Optional<ClientRow>> row = localClient(body.toString(StandardCharsets.UTF_8));
          return row.map(found -> found.isEmpty() ? Buffer.buffer() : write(found.get()));
        });
  }

  @Override
  public Future<NodesAnswer> nodes() {
    View view = router.view();
    int[] slots = slotCounts(view);
    List<NodeRow> rows = new ArrayList<>();
    for (Member member : gossip.get().members()) {
      rows.add(NodeRow.of(member, slotsOf(view, slots, member.node().id())));
    }
    addRemembered(rows);
    return Future.succeededFuture(
        new NodesAnswer(router.selfId(), router.epoch(), store.isUsable(), rows));
  }

  /** Nodes that existed before a restart of all and were not heard of since. */
  private void addRemembered(List<NodeRow> rows) {
    Set<String> present = rows.stream().map(NodeRow::id).collect(Collectors.toSet());
    for (NodeMemory.Row row : memory.get().nodes()) {
      if (!present.contains(row.node().id())) {
        boolean over =
            row.state().equals(MemberState.DEAD.name())
                || row.state().equals(MemberState.LEFT.name());
        String state = over ? row.state() : VerdictEvent.UNKNOWN;
        rows.add(NodeRow.remembered(row.node(), state, row.incarnation()));
      }
    }
    rows.sort(Comparator.comparing(NodeRow::id));
  }

  @Override
  public ViewAnswer view() {
    View view = router.view();
    boolean partial =
        !gossip.get().majority() || !allAsked() || (view != null && !router.isConfirmed());
    if (view == null) {
      return new ViewAnswer(0, partial, List.of(), List.of());
    }
    List<Integer> owners = new ArrayList<>(view.owners().length);
    for (short owner : view.owners()) {
      owners.add((int) owner);
    }
    List<String> nodes = view.nodes().stream().map(NodeInfo::id).toList();
    return new ViewAnswer(view.epoch(), partial, nodes, owners);
  }

  private static int[] slotCounts(@Nullable View view) {
    int[] counts = new int[view == null ? 0 : view.nodes().size()];
    if (view != null) {
      for (short owner : view.owners()) {
        counts[owner]++;
      }
    }
    return counts;
  }

  private static int slotsOf(@Nullable View view, int[] counts, String id) {
    for (int i = 0; i < counts.length; i++) {
      if (view != null && view.nodes().get(i).id().equals(id)) {
        return counts[i];
      }
    }
    return 0;
  }

  @Override
  public Future<ClientsAnswer> clients(ClientsQuery query) {
    if (query.local()) {
      return localClients(query);
    }
    List<Future<@Nullable ClientsAnswer>> parts = new ArrayList<>();
    parts.add(localClients(query).map(answer -> answer));
    Buffer question = write(query.asLocal());
    for (String peer : peers()) {
      parts.add(
          bus.request(peer, CLIENTS, question, PEER_TIMEOUT)
              .map(body -> read(body, ClientsAnswer.class))
              .otherwiseEmpty());
    }
    if (!allAsked()) {
      parts.add(Future.succeededFuture(new ClientsAnswer(0, true, List.of())));
    }
    return Future.join(parts)
        .map(done -> merge(query, parts.stream().map(Future::result).toList()));
  }

  // The same client may stand on two nodes for a moment while it moves: the one that heard it last
  // is right.
  private static ClientsAnswer merge(ClientsQuery query, List<@Nullable ClientsAnswer> answers) {
    TreeMap<String, ClientRow> rows = new TreeMap<>();
    long total = 0;
    long doubles = 0;
    boolean partial = false;
    for (ClientsAnswer answer : answers) {
      if (answer == null) {
        partial = true;
        continue;
      }
      total += answer.total();
      partial |= answer.partial();
      for (ClientRow row : answer.clients()) {
        ClientRow other = rows.get(row.id());
        if (other != null) {
          doubles++;
        }
        if (other == null || row.silenceMs() < other.silenceMs()) {
          rows.put(row.id(), row);
        }
      }
    }
    return new ClientsAnswer(
        total - doubles, partial, rows.values().stream().limit(query.limit()).toList());
  }

  private Future<ClientsAnswer> localClients(ClientsQuery query) {
    List<Future<ClientsAnswer>> parts = new ArrayList<>();
    for (ClientShard shard : clients.all()) {
      parts.add(shard.ask((asked, now) -> page(asked, query, now)));
    }
    return Future.all(parts).map(done -> merge(query, parts.stream().map(Future::result).toList()));
  }

  // Keeps the smallest ids of the page in a bounded heap, so that a page of a million clients stays
  // a page.
  private ClientsAnswer page(ClientShard clients, ClientsQuery query, long nowNanos) {
    Shard shard = clients.shard();
    PriorityQueue<Place> page = new PriorityQueue<>(Comparator.comparing(Place::id).reversed());
    long[] total = {0};
    shard.forEachRow(
        row -> {
          if (query.matches(shard.verdict(row))) {
            String id = shard.spec(row).id();
            if (!id.startsWith(query.prefix())) {
              return;
            }
            total[0]++;
            if (id.compareTo(query.after()) > 0) {
              page.add(new Place(id, row));
              if (page.size() > query.limit()) {
                page.poll();
              }
            }
          }
        });
    List<ClientRow> rows = new ArrayList<>(page.size());
    page.forEach(place -> rows.add(rowOf(clients, place.row(), nowNanos).inList()));
    return new ClientsAnswer(total[0], false, rows);
  }

  private record Place(String id, int row) {}

  private ClientRow rowOf(ClientShard shard, int row, long nowNanos) {
    ClientSnapshot client = shard.shard().snapshot(row, nowNanos);
    String id = client.spec().id();
    Desk.Connection connection = shard.connection(id);
    LatestWords.Word word = shard.words().of(id);
    String protocol = connection == null ? null : connection.protocol();
    if (protocol == null && word != null && !word.protocol().isEmpty()) {
      protocol = word.protocol();
    }
    boolean said = word != null && word.payload().length > 0;
    return ClientRow.of(client, router.selfId(), Slots.slotOf(id))
        .with(
            protocol,
            profileOf(client.spec()),
            said ? PayloadText.of(word.payload()) : null,
            said ? Math.max(0, (nowNanos - word.atNanos()) / 1_000_000) : null);
  }

  private @Nullable String profileOf(ClientSpec spec) {
    int known = spec.profile() < clients.profiles().size() ? spec.profile() : 0;
    return known == 0 ? null : clients.profiles().of(known).name();
  }

  @Override
  public Future<Optional<ClientRow>> client(String id, boolean local) {
    Future<Optional<ClientRow>> here = localClient(id);
    if (local) {
      return here;
    }
    return here.compose(found -> found.isPresent() ? here : askPeers(id));
  }

  private Future<Optional<ClientRow>> askPeers(String id) {
    List<Future<@Nullable ClientRow>> answers = new ArrayList<>();
    for (String peer : peers()) {
      answers.add(
          bus.request(peer, CLIENT, Buffer.buffer(id), PEER_TIMEOUT)
              .map(body -> body.length() == 0 ? null : read(body, ClientRow.class))
              .otherwiseEmpty());
    }
    if (answers.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Future.join(answers)
        .map(
            done ->
                answers.stream()
                    .map(Future::result)
                    .filter(java.util.Objects::nonNull)
                    .min(Comparator.comparingLong(ClientRow::silenceMs)));
  }

  private Future<Optional<ClientRow>> localClient(String id) {
    return clients
        .ofId(id)
        .ask(
            (asked, now) -> {
              int row = asked.shard().rowOf(id);
              return row == Shard.NONE ? Optional.empty() : Optional.of(rowOf(asked, row, now));
            });
  }

  /** The other nodes that can be expected to answer: asking the silent would make all wait. */
  List<String> peers() {
    return shared.get().members().stream()
        .filter(m -> m.state() == MemberState.ALIVE || m.state() == MemberState.SUSPECT)
        .map(m -> m.node().id())
        .filter(id -> !id.equals(router.selfId()))
        .toList();
  }

  private boolean allAsked() {
    View view = router.view();
    List<String> asked = peers();
    return view == null
        || view.nodes().stream()
            .map(NodeInfo::id)
            .allMatch(id -> id.equals(router.selfId()) || asked.contains(id));
  }

  @Override
  public Future<Health> live() {
    return Future.all(clients.all().stream().map(shard -> shard.ask((asked, now) -> true)).toList())
        .map(turned -> new Health(Map.of("shards", Health.OK)));
  }

  @Override
  public Future<Health> ready() {
    Map<String, String> checks = new LinkedHashMap<>();
    GossipLoop.Snapshot now = gossip.get();
    View view = router.view();
    boolean member =
        view != null && view.nodes().stream().anyMatch(n -> n.id().equals(router.selfId()));
    checks.put("store", store.isUsable() ? Health.OK : "the cluster store is away");
    checks.put("view", member ? Health.OK : "this node is not in the view");
    checks.put("gossip", now.impaired() ? "this node cannot judge now" : Health.OK);
    return Future.succeededFuture(new Health(checks));
  }

  private static Buffer write(Object value) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T read(Buffer body, Class<T> type) {
    try {
      return JSON.readValue(body.getBytes(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
