package io.phial.node.runtime;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientRecordCodec;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.IntervalRule;
import io.phial.core.registry.Phases;
import io.phial.core.registry.Profile;
import io.phial.core.registry.Profiles;
import io.phial.core.registry.Shard;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Usage;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.cluster.NodeBus;
import io.phial.node.config.NodeConfig;
import io.phial.node.ingress.ClientDesk;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the ingresses hear to the shard that judges it: a connection's client here, a
 * datagram's client at the owner of its slot. Thread-safe.
 */
final class Desk implements ClientDesk {
  /** Bus operation: register a datagram client at its owner. */
  static final String REGISTER = "register";

  /** Bus operation: a client that was judged by the asked node has connected elsewhere. */
  static final String MOVED = "moved";

  /** Bus operation: does this client's connection live at the asked node? */
  static final String CONNECTED = "connected";

  private static final Set<String> DOUBTS = Set.of(Verdict.SUSPECT.name(), Verdict.DEAD.name());
  private static final Duration BUS_TIMEOUT = Duration.ofSeconds(1);
  private static final int RETRY_MILLIS = 500;
  private static final int INTERVAL_MILLIS_DEFAULT = 1000;
  private static final int SESSION_TRIES_MAX = 64;

  private final Clients clients;
  private final SlotRouter router;
  private final ClusterStore store;
  private final NodeBus bus;
  private final Forwarder forwarder;
  private final Strangers unknown;
  private final RandomGenerator random;
  private final NodeConfig.Clients limits;
  private final Phases phases = new Phases();
  private final LongAdder unknownProfiles = new LongAdder();
  private final LongAdder payloadsRefused = new LongAdder();

  Desk(
      NodeConfig.Clients limits,
      Clients clients,
      SlotRouter router,
      Links links,
      Forwarder forwarder,
      Strangers unknown,
      RandomGenerator random) {
    this.limits = limits;
    this.clients = clients;
    this.router = router;
    this.store = links.store();
    this.bus = links.bus();
    this.forwarder = forwarder;
    this.unknown = unknown;
    this.random = random;
  }

  /**
   * The two ways to the other nodes that go through the cluster store.
   *
   * @param store view and records
   * @param bus rare messages
   */
  record Links(ClusterStore store, NodeBus bus) {}

  /** Tells the meters how often a client named a profile that nobody knows. */
  void meter(MeterRegistry meters) {
    FunctionCounter.builder("phial.profiles.unknown", unknownProfiles, LongAdder::sum)
        .register(meters);
    FunctionCounter.builder("phial.profiles.payloads.refused", payloadsRefused, LongAdder::sum)
        .register(meters);
  }

  /** Answers the other nodes; call once before the store starts. */
  void serve() {
    bus.serve(CONNECTED, this::onConnected);
    bus.serve(REGISTER, this::onRegister);
    bus.serve(MOVED, this::onMoved);
  }

  @Override
  public Connected connect(ClientSpec spec, Listener listener) {
    Connection connection = new Connection(clients.ofId(spec.id()), spec, listener);
    // Asked before the shard writes the client's new record, else this node would only find itself.
    Future<Optional<ClientRecord>> before =
        spec.anonymous() ? Future.succeededFuture(Optional.empty()) : store.readRecord(spec.id());
    if (!connection.shard.offer(connection.open)) {
      listener.refused(new Registration.Refused("overloaded", RETRY_MILLIS));
    } else if (!spec.anonymous()) {
      claim(spec.id(), before);
    }
    return connection;
  }

  // Whoever judged this client before forgets it without a verdict; then the record names this
  // node.
  private void claim(String id, Future<Optional<ClientRecord>> before) {
    before
        .onSuccess(
            found ->
                found
                    .map(ClientRecord::home)
                    .filter(home -> !home.equals(router.selfId()))
                    .ifPresent(home -> tellMoved(home, id)))
        .onComplete(done -> clients.ofId(id).offer((shard, now) -> saveConnected(shard, id, now)));
  }

  private void tellMoved(String home, String id) {
    // A node that does not answer is dead, or asks the others itself before it declares anything.
    bus.request(home, MOVED, Buffer.buffer(id), BUS_TIMEOUT).otherwiseEmpty();
  }

  // A connection that ended meanwhile has no claim: its client may be at home elsewhere by now.
  private void saveConnected(ClientShard shard, String id, long nowNanos) {
    if (shard.connection(id) != null) {
      save(shard, id, nowNanos);
    }
  }

  /** Writes the record of a client that lives here; on the shard's thread. */
  void save(ClientShard shard, String id, long nowNanos) {
    ClientRecord record = shard.record(id, router.selfId(), nowNanos);
    if (record != null) {
      store.putRecords(List.of(record));
    }
  }

  private Future<Buffer> onConnected(Buffer request) {
    String id = request.toString(StandardCharsets.UTF_8);
    return clients
        .ofId(id)
        .ask((shard, now) -> shard.connection(id) != null)
        .map(yes -> Buffer.buffer().appendByte((byte) (yes ? 1 : 0)));
  }

  /** Reads the answer to {@link #CONNECTED}. */
  static boolean isYes(Buffer answer) {
    return answer.length() > 0 && answer.getByte(0) == 1;
  }

  private Future<Buffer> onMoved(Buffer request) {
    String id = request.toString(StandardCharsets.UTF_8);
    clients
        .ofId(id)
        .offer(
            (shard, now) -> {
              Connection before = shard.connections().remove(id);
              int row = shard.shard().rowOf(id);
              if (row != Shard.NONE) {
                shard.shard().drop(row);
              }
              if (before != null) {
                before.listener.takenOver();
              }
            });
    return Future.succeededFuture(Buffer.buffer());
  }

  /**
   * Another node doubts a client: if its connection lives here and it beats, this node says so and
   * has the other one forget it.
   *
   * @param refute publishes the better verdict
   */
  void onDoubt(String node, VerdictEvent doubt, Consumer<VerdictEvent> refute) {
    if (!DOUBTS.contains(doubt.to())) {
      return;
    }
    clients
        .ofId(doubt.id())
        .offer(
            (shard, now) -> {
              int row = shard.shard().rowOf(doubt.id());
              if (row == Shard.NONE
                  || shard.connection(doubt.id()) == null
                  || shard.shard().verdict(row) != Verdict.ALIVE) {
                return;
              }
              tellMoved(node, doubt.id());
              save(shard, doubt.id(), now);
              refute.accept(
                  new VerdictEvent(
                      System.currentTimeMillis(),
                      VerdictEvent.Kind.CLIENT,
                      doubt.id(),
                      doubt.to(),
                      Verdict.ALIVE.name(),
                      "it beats over a connection to " + router.selfId(),
                      0,
                      shard.shard().spec(row).incarnation()));
            });
  }

  @Override
  public Future<Registration> register(ClientSpec spec) {
    NodeInfo owner = router.ownerOf(Slots.slotOf(spec.id()));
    if (owner == null || router.isOutdated()) {
      return Future.succeededFuture(new Registration.Refused("starting", RETRY_MILLIS));
    }
    Future<Registration> answer =
        owner.id().equals(router.selfId()) ? registerHere(spec) : registerAt(owner, spec);
    return answer
        .onSuccess(
            registration -> {
              if (registration instanceof Registration.Accepted accepted) {
                unknown.remove(accepted.session());
              }
            })
        .otherwise(new Registration.Refused("owner not reached", RETRY_MILLIS));
  }

  private Future<Registration> registerAt(NodeInfo owner, ClientSpec spec) {
    Buffer body =
        Buffer.buffer(
            ClientRecordCodec.encode(
                new ClientRecord(spec, owner.id(), Verdict.UNKNOWN, 0, new byte[0])));
    return bus.request(owner.id(), REGISTER, body, BUS_TIMEOUT).map(Desk::decodeRegistration);
  }

  private Future<Buffer> onRegister(Buffer request) {
    ClientSpec spec = Records.decode(request.getBytes()).spec();
    if (!router.isMine(Slots.slotOf(spec.id())) || router.isOutdated()) {
      return Future.succeededFuture(
          encodeRegistration(new Registration.Refused("owner changing", RETRY_MILLIS)));
    }
    return registerHere(spec).map(Desk::encodeRegistration);
  }

  private Future<Registration> registerHere(ClientSpec spec) {
    return clients.ofId(spec.id()).ask((shard, now) -> registerOn(shard, spec, now));
  }

  @Override
  public ClientSpec profiled(ClientSpec spec, Usage usage, boolean mayChoose) {
    if (spec.anonymous() && usage.profile().isEmpty()) {
      return spec;
    }
    Profiles profiles = clients.profiles();
    if (!usage.profile().isEmpty() && profiles.number(usage.profile()) < 0) {
      unknownProfiles.increment();
    }
    int number = profiles.choose(usage.profile(), spec.id());
    Profile profile = profiles.of(number);
    if (!mayChoose || !profile.isAdaptive()) {
      return spec.withProfile(number, spec.intervalNanos());
    }
    boolean background = usage.mode() == Usage.Mode.BACKGROUND;
    long natLimitNanos = Math.max(0, usage.natLimitSeconds()) * 1_000_000_000L;
    long chosen =
        IntervalRule.chosenNanos(profile, spec.intervalNanos(), background, natLimitNanos);
    return spec.withProfile(number, intervalMillis(chosen) * 1_000_000L);
  }

  @Override
  public int payloadBytesMax(ClientSpec spec) {
    return clients.profiles().of(spec.profile()).payloadBytesMax();
  }

  @Override
  public int firstBeatMillis(int intervalMillis) {
    // Once for each registration, a few instructions: loops rarely meet here.
    synchronized (phases) {
      long nanos = phases.firstBeatNanos(intervalMillis * 1_000_000L, System.nanoTime());
      return (int) (nanos / 1_000_000);
    }
  }

  private Registration registerOn(ClientShard shard, ClientSpec spec, long nowNanos) {
    int session = sessionFor(shard.shard(), spec.id());
    if (session == 0) {
      return new Registration.Refused("slot full", RETRY_MILLIS);
    }
    ClientSpec named = spec.withSession(session, intervalMillis(spec.intervalNanos()) * 1_000_000L);
    int row = shard.shard().register(named, nowNanos);
    if (row == Shard.NONE) {
      return new Registration.Refused("node full", 10 * RETRY_MILLIS);
    }
    unknown.remove(session);
    shard.connections().remove(spec.id());
    save(shard, spec.id(), nowNanos);
    return new Registration.Accepted(session);
  }

  // A client keeps its session over registrations; a new one gets an unused tag within its slot.
  private int sessionFor(Shard shard, String id) {
    int row = shard.rowOf(id);
    if (row != Shard.NONE) {
      int session = shard.spec(row).session();
      if (session != 0) {
        return session;
      }
    }
    int slot = Slots.slotOf(id);
    for (int i = 0; i < SESSION_TRIES_MAX; i++) {
      int session = (random.nextInt() << 12) | slot;
      if (session != 0 && shard.rowOfSession(session) == Shard.NONE) {
        return session;
      }
    }
    return 0;
  }

  @Override
  public Datagrams datagrams(Context loop) {
    return new DatagramBatches(clients, router, forwarder, unknown, taker(), clients.on(loop));
  }

  /** Takes what datagrams say, on the thread of the shard given. */
  DatagramBatches.Taker taker() {
    return new DatagramBatches.Taker() {
      @Override
      public void take(ClientShard to, int session, int sequence, boolean bye, long now) {
        takeDatagram(to, session, sequence, bye, now);
      }

      @Override
      public void word(ClientShard to, int session, int sequence, byte[] payload, long now) {
        takeWord(to, session, sequence, payload, now);
      }
    };
  }

  /**
   * Takes one datagram's beat with a payload on the shard's thread. A repeat changes nothing, so an
   * old word cannot be played back.
   *
   * @return false when the session is not known here
   */
  boolean takeWord(ClientShard shard, int session, int sequence, byte[] payload, long nowNanos) {
    int row = shard.shard().rowOfSession(session);
    if (row == Shard.NONE) {
      return takeDatagram(shard, session, sequence, false, nowNanos);
    }
    if (shard.shard().onBeat(row, sequence, nowNanos)) {
      shard.words().put(shard.shard().spec(row).id(), payload, nowNanos);
    }
    return true;
  }

  /**
   * Takes one datagram's beat or goodbye on the shard's thread.
   *
   * @return false when the session is not known here
   */
  boolean takeDatagram(
      ClientShard shard, int session, int sequence, boolean goodbye, long nowNanos) {
    int row = shard.shard().rowOfSession(session);
    if (row == Shard.NONE) {
      if (shard.isLoading() || router.isOutdated()) {
        return true;
      }
      unknown.add(session, nowNanos);
      return false;
    }
    if (goodbye) {
      shard.shard().onGoodbye(row, nowNanos);
    } else {
      shard.shard().onBeat(row, sequence, nowNanos);
    }
    return true;
  }

  @Override
  public @Nullable String elsewhere(String id) {
    NodeInfo owner = router.ownerOf(Slots.slotOf(id));
    return owner == null || owner.id().equals(router.selfId()) ? null : owner.tcp().toString();
  }

  @Override
  public int intervalMillis(long declaredNanos) {
    long millis = declaredNanos <= 0 ? INTERVAL_MILLIS_DEFAULT : declaredNanos / 1_000_000;
    long atMost = Math.min(limits.intervalMax().toMillis(), millis);
    return (int) Math.max(limits.intervalMin().toMillis(), atMost);
  }

  private static Buffer encodeRegistration(Registration registration) {
    if (registration instanceof Registration.Accepted accepted) {
      return Buffer.buffer().appendByte((byte) 1).appendInt(accepted.session());
    }
    Registration.Refused refused = (Registration.Refused) registration;
    return Buffer.buffer()
        .appendByte((byte) 0)
        .appendInt(refused.retryAfterMillis())
        .appendString(refused.reason());
  }

  private static Registration decodeRegistration(Buffer answer) {
    if (answer.length() < 5) {
      throw new IllegalArgumentException(
          "registration answer must be 5 bytes or more, was " + answer.length());
    }
    int number = answer.getInt(1);
    return answer.getByte(0) == 1
        ? new Registration.Accepted(number)
        : new Registration.Refused(answer.getString(5, answer.length()), number);
  }

  /**
   * A client whose connection lives here. Its tasks are made once, so that a beat allocates
   * nothing. The state is touched on the shard's thread only.
   */
  final class Connection implements Connected {
    private final ClientShard shard;
    private final ClientSpec spec;
    private final Listener listener;
    private final ClientShard.Task open = this::onOpen;
    private final ClientShard.Task beat = this::onBeat;
    private final ClientShard.Task closed = this::onClosed;
    private final ClientShard.Task goodbye = this::onGoodbye;
    private final ClientShard.Task dropped = this::onDropped;

    private Connection(ClientShard shard, ClientSpec spec, Listener listener) {
      this.shard = shard;
      this.spec = spec;
      this.listener = listener;
    }

    /** Tells it that it does not speak for its client any more. */
    void takenOver() {
      listener.takenOver();
    }

    /** How its beats travel, one lower-case word. */
    String protocol() {
      return listener.protocol();
    }

    @Override
    public void beat() {
      shard.offer(beat);
    }

    @Override
    public void beat(byte[] payload) {
      if (payload.length > payloadBytesMax(spec)) {
        payloadsRefused.increment();
        beat();
        return;
      }
      shard.offer(
          (clients, nowNanos) -> {
            onBeat(clients, nowNanos);
            if (clients.connections().get(spec.id()) == this) {
              clients.words().put(spec.id(), payload, nowNanos);
            }
          });
    }

    @Override
    public void closed() {
      shard.offer(closed);
    }

    @Override
    public void moving() {
      shard.offer((clients, nowNanos) -> clients.connections().remove(spec.id(), this));
    }

    @Override
    public void goodbye() {
      shard.offer(goodbye);
    }

    @Override
    public void gone(String how) {
      shard.offer((clients, nowNanos) -> onGone(clients, how, nowNanos));
    }

    @Override
    public void payload(String text) {
      byte[] word = text.getBytes(StandardCharsets.US_ASCII);
      shard.offer(
          (clients, nowNanos) -> {
            if (clients.connections().get(spec.id()) == this) {
              clients.words().put(spec.id(), word, nowNanos);
            }
          });
    }

    @Override
    public void dropped() {
      shard.offer(dropped);
    }

    private void onOpen(ClientShard clients, long nowNanos) {
      Connection before = clients.connections().put(spec.id(), this);
      if (clients.shard().register(spec, nowNanos) == Shard.NONE) {
        clients.connections().remove(spec.id(), this);
        listener.refused(new Registration.Refused("node full", 10 * RETRY_MILLIS));
      }
      if (before != null && before.listener != listener) {
        before.listener.takenOver();
      }
    }

    private void onBeat(ClientShard clients, long nowNanos) {
      Connection speaker = clients.connections().get(spec.id());
      if (speaker != null && speaker != this) {
        return;
      }
      int row = clients.shard().rowOf(spec.id());
      if (speaker == null || row == Shard.NONE) {
        // Forgotten meanwhile (its slot moved away and back, or it was long dead): it is here and
        // it beats.
        onOpen(clients, nowNanos);
        if (!spec.anonymous()) {
          claim(spec.id(), store.readRecord(spec.id()));
        }
      } else {
        clients.shard().onBeat(row, -1, nowNanos);
      }
    }

    private void onClosed(ClientShard clients, long nowNanos) {
      if (clients.connections().remove(spec.id(), this)) {
        int row = clients.shard().rowOf(spec.id());
        if (row != Shard.NONE) {
          clients.shard().onClosed(row, nowNanos);
        }
      }
    }

    private void onGoodbye(ClientShard clients, long nowNanos) {
      if (clients.connections().remove(spec.id(), this)) {
        int row = clients.shard().rowOf(spec.id());
        if (row != Shard.NONE) {
          clients.shard().onGoodbye(row, nowNanos);
        }
      }
    }

    private void onGone(ClientShard clients, String how, long nowNanos) {
      if (clients.connections().remove(spec.id(), this)) {
        int row = clients.shard().rowOf(spec.id());
        if (row != Shard.NONE) {
          clients.shard().onGone(row, how, nowNanos);
        }
      }
    }

    private void onDropped(ClientShard clients, long nowNanos) {
      if (clients.connections().remove(spec.id(), this)) {
        int row = clients.shard().rowOf(spec.id());
        if (row != Shard.NONE) {
          clients.shard().drop(row);
        }
      }
    }
  }
}
