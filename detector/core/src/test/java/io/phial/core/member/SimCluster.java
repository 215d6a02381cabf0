package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.NodeInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/** Whole clusters in virtual time from one seed. */
final class SimCluster {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1000 * MILLI;

  /** Something that a node published. */
  record Seen(double at, String observer, MemberEvent event) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.3f %s: %s %s->%s phi=%.1f %s",
          at,
          observer,
          event.node().id(),
          event.from(),
          event.to(),
          event.phi(),
          event.reason());
    }
  }

  private record Due(long at, long order, Runnable action) {}

  final MemberOptions options;
  final long seed;
  final List<Seen> seen = new ArrayList<>();
  final Map<String, SimNode> nodes = new TreeMap<>();
  ToDoubleBiFunction<String, String> loss = (from, to) -> 0;
  BiPredicate<String, String> cut = (from, to) -> false;
  double delayMillis = 0.3;
  int tickJitterMillis = 5;
  boolean resets = true;
  long bytes;
  long datagrams;

  private final Random random;
  private final FrameCodec codec = new FrameCodec("sim");
  private final ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.STREAM_BYTES_MAX);
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private long order;
  private long now;

  SimCluster(long seed) {
    this(seed, MemberOptions.defaults());
  }

  SimCluster(long seed, MemberOptions options) {
    this.seed = seed;
    this.options = options;
    random = new Random(seed);
  }

  /** Virtual time may start anywhere and wrap; nodes see it with this offset. */
  private long clock() {
    return now + Long.MAX_VALUE - 30 * SECOND;
  }

  double seconds() {
    return now / 1e9;
  }

  SimCluster start(int count) {
    for (int n = 1; n <= count; n++) {
      start("n" + n, "10.0.0." + n, 1_700_000_000L);
    }
    return this;
  }

  SimNode start(String id, String host, long incarnation) {
    SimNode node = new SimNode(id, host, incarnation);
    nodes.put(id, node);
    node.boot();
    return node;
  }

  SimNode node(String id) {
    return nodes.get(id);
  }

  void run(double seconds) {
    long end = now + (long) (seconds * SECOND);
    while (!queue.isEmpty() && queue.peek().at <= end) {
      Due due = queue.remove();
      now = due.at;
      due.action.run();
    }
    now = end;
  }

  private void schedule(long delayNanos, Runnable action) {
    queue.add(new Due(now + delayNanos, order++, action));
  }

  MemberState state(String observer, String subject) {
    return node(observer).member(subject).state();
  }

  /** Seconds from a moment until an observer held a subject so; NaN when it never did. */
  double until(double since, String observer, String subject, MemberState to) {
    return seen.stream()
        .filter(s -> s.at >= since && s.observer.equals(observer))
        .filter(s -> s.event.node().id().equals(subject) && s.event.to() == to)
        .mapToDouble(s -> s.at - since)
        .findFirst()
        .orElse(Double.NaN);
  }

  List<Seen> events(MemberState to) {
    return seen.stream().filter(s -> s.event.to() == to).toList();
  }

  String story() {
    StringBuilder story = new StringBuilder("seed " + seed + "\n");
    seen.forEach(s -> story.append(s).append('\n'));
    for (SimNode node : nodes.values()) {
      story.append(node.id).append(' ').append(node.membership.members(clock())).append('\n');
    }
    return story.toString();
  }

  /** One node: its process, its sockets, its clock. */
  final class SimNode implements MemberOutbox {
    final String id;
    final NodeInfo info;
    Membership membership;
    boolean up = true;
    boolean paused;
    Map<String, Endpoint> subjects = Map.of();
    private int life;
    private final List<Runnable> waiting = new ArrayList<>();

    SimNode(String id, String host, long incarnation) {
      this.id = id;
      Endpoint at = new Endpoint(host, 7946);
      info = new NodeInfo(id, "", at, at, at, at, 1);
      membership = create(incarnation);
    }

    private Membership create(long incarnation) {
      return new Membership(options, info, incarnation, new Random(random.nextLong()), this);
    }

    private void boot() {
      int mine = life;
      List<Endpoint> seeds = new ArrayList<>();
      for (int n = 1; n <= 3; n++) {
        seeds.add(new Endpoint("10.0.0." + n, 7946));
      }
      membership.start(seeds, clock());
      schedule(random.nextLong(options.tickNanos()), () -> tick(mine));
    }

    private void tick(int mine) {
      if (mine != life || !up) {
        return;
      }
      run(() -> membership.onTick(clock()));
      long jitter = random.nextLong(tickJitterMillis * MILLI);
      schedule(options.tickNanos() + jitter, () -> tick(mine));
    }

    private void run(Runnable input) {
      if (!paused) {
        input.run();
      } else if (waiting.size() < 500) {
        waiting.add(input);
      }
    }

    Member member(String subject) {
      return membership.members(clock()).stream()
          .filter(m -> m.node().id().equals(subject))
          .findFirst()
          .orElseThrow(() -> new AssertionError(id + " does not know " + subject));
    }

    /** Like kill -9: sockets close, the host lives. */
    void kill() {
      up = false;
      life++;
      for (SimNode other : nodes.values()) {
        if (resets && other.subjects.containsKey(id) && !cut.test(id, other.id)) {
          schedule(
              delay(),
              () -> {
                if (other.up) {
                  other.run(() -> other.membership.onConnectionLost(id, clock()));
                }
              });
        }
      }
    }

    void restart(long incarnation) {
      life++;
      up = true;
      paused = false;
      waiting.clear();
      subjects = Map.of();
      membership = create(incarnation);
      boot();
    }

    void pause() {
      paused = true;
    }

    void resume() {
      paused = false;
      List<Runnable> inputs = new ArrayList<>(waiting);
      waiting.clear();
      if (random.nextBoolean()) {
        membership.onTick(clock());
      }
      inputs.forEach(Runnable::run);
    }

    void leave() {
      membership.leave(clock());
    }

    @Override
    public void datagram(Endpoint to, Frame frame) {
      byte[] encoded = encode(frame);
      if (encoded.length > FrameCodec.DATAGRAM_BYTES_MAX) {
        throw new AssertionError("datagram of " + encoded.length + " bytes: " + frame);
      }
      bytes += encoded.length + FrameBytes.AROUND_DATAGRAM;
      datagrams++;
      SimNode target = at(to);
      if (target == null || random.nextDouble() < loss.applyAsDouble(id, target.id)) {
        return;
      }
      deliver(target, encoded);
    }

    @Override
    public void stream(Endpoint to, Frame frame) {
      byte[] encoded = encode(frame);
      bytes += encoded.length + FrameBytes.AROUND_STREAM;
      SimNode target = at(to);
      if (target != null) {
        deliver(target, encoded);
      }
    }

    private void deliver(SimNode target, byte[] encoded) {
      if (cut.test(id, target.id)) {
        return;
      }
      int theirs = target.life;
      schedule(
          delay(),
          () -> {
            if (target.up && target.life == theirs) {
              Frame frame = decode(encoded);
              target.run(() -> target.membership.onFrame(info.gossip(), frame, clock()));
            }
          });
    }

    @Override
    public void probe(String nodeId, Endpoint to) {
      SimNode target = at(to);
      int mine = life;
      boolean blocked = target == null || cut.test(id, target.id) || cut.test(target.id, id);
      schedule(
          blocked ? SECOND : 2 * delay(),
          () -> {
            ProbeResult result =
                blocked
                    ? ProbeResult.NO_ANSWER
                    : target.up ? ProbeResult.ACCEPTED : ProbeResult.REFUSED;
            if (up && mine == life) {
              run(() -> membership.onProbe(nodeId, result, clock()));
            }
          });
    }

    @Override
    public void observe(Map<String, Endpoint> wanted) {
      subjects = wanted;
    }

    @Override
    public void event(MemberEvent event) {
      seen.add(new Seen(seconds(), id, event));
    }
  }

  private long delay() {
    return (long) ((delayMillis - Math.log(1 - random.nextDouble()) * delayMillis / 2) * MILLI);
  }

  private @Nullable SimNode at(Endpoint to) {
    SimNode found = null;
    for (SimNode node : nodes.values()) {
      if (node.info.gossip().equals(to) && (found == null || node.up)) {
        found = node;
      }
    }
    return found;
  }

  private byte[] encode(Frame frame) {
    buffer.clear();
    int length = codec.encode(frame, buffer);
    return Arrays.copyOf(buffer.array(), length);
  }

  private Frame decode(byte[] encoded) {
    try {
      return codec.decode(ByteBuffer.wrap(encoded));
    } catch (MalformedFrameException e) {
      throw new AssertionError(e);
    }
  }
}
