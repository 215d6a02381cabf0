package io.phial.chaos.sim;

import io.phial.core.member.FrameBytes;
import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberOutbox;
import io.phial.core.member.Membership;
import io.phial.core.member.ProbeResult;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.NodeInfo;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.SplittableRandom;

/** One node of a world: its process, its sockets, its clock, and what is true about it. */
final class SimNode implements MemberOutbox {
  /** A socket buffer of the usual 212,992 bytes holds about this many small datagrams. */
  private static final int WAITING_MAX = 300;

  private static final long CONNECT_TIMEOUT_NANOS = 500_000_000;

  private final World world;
  final int index;
  final String id;
  final NodeInfo info;
  Membership membership;

  /** The process runs, perhaps stopped. */
  boolean up;

  /** The process is gone and its host is too: nobody answers. */
  boolean hostDown;

  boolean left;

  /** Grows with every start and every death of the process. */
  int life;

  /** Since when the process runs. */
  long startedNanos;

  /** The incarnation with which its process started. */
  long birth;

  private int pauses;
  private long clockOffsetNanos;
  private final double drift;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private Map<String, Endpoint> subjects = Map.of();

  /** Faults that make it fair to call this node dead. */
  private int impairments;

  /** Since when there is no such fault; not meaningful while there is one. */
  private long wellSinceNanos;

  /** When it last woke from a pause; far in the past when never. */
  long wokeNanos = Long.MIN_VALUE / 2;

  long sentBytes;
  long sentDatagrams;

  SimNode(World world, int index, NodeInfo info, SplittableRandom random) {
    this.world = world;
    this.index = index;
    this.id = info.id();
    this.info = info;
    this.drift = (random.nextDouble() - 0.5) * 1e-3;
    // Some clocks wrap soon: nobody may compare instants other than by subtraction.
    this.clockOffsetNanos =
        random.nextInt(4) == 0 ? Long.MAX_VALUE - 40_000_000_000L : random.nextLong() >> 8;
    this.membership = create(0);
  }

  private Membership create(long incarnation) {
    return new Membership(
        world.options(), info, incarnation, new SplittableRandom(world.random().nextLong()), this);
  }

  /** Its monotonic clock: another zero, another speed. */
  long clock() {
    return clockOffsetNanos + world.now() + (long) (drift * world.now());
  }

  /** Its clock jumps forward, as after the suspension of a virtual machine. */
  void jump(long nanos) {
    clockOffsetNanos += nanos;
  }

  /** Starts a process with an incarnation; the host is there again. */
  void boot(long incarnation) {
    up = true;
    hostDown = false;
    left = false;
    pauses = 0;
    life++;
    startedNanos = world.now();
    birth = incarnation;
    waiting.clear();
    subjects = Map.of();
    wokeNanos = Long.MIN_VALUE / 2;
    membership = create(incarnation);
    world.onBoot(this);
    membership.start(world.seeds(), clock());
    int mine = life;
    world.later(world.random().nextLong(world.options().tickNanos()), () -> tick(mine));
  }

  private void tick(int mine) {
    if (mine != life || !up) {
      return;
    }
    if (pauses == 0) {
      membership.onTick(clock());
      world.after(this);
    }
    long jitter = world.random().nextLong(world.options().tickNanos() / 10);
    world.later(world.options().tickNanos() + jitter, () -> tick(mine));
  }

  private void input(Runnable what) {
    if (pauses == 0) {
      what.run();
      world.after(this);
    } else if (waiting.size() < WAITING_MAX) {
      waiting.add(what);
    }
  }

  boolean isPaused() {
    return pauses > 0;
  }

  /** True while it runs, is not stopped and nothing is wrong with its links. */
  boolean isWell() {
    return up && !left && pauses == 0 && impairments == 0;
  }

  /** For how long nothing has been wrong with it. */
  long wellNanos() {
    return isWell() || impairments == 0 ? world.now() - wellSinceNanos : -1;
  }

  void impair() {
    impairments++;
  }

  void repair() {
    impairments--;
    wellSinceNanos = world.now();
  }

  void wellFromNow() {
    wellSinceNanos = world.now();
  }

  boolean isImpaired() {
    return impairments > 0;
  }

  /** Like SIGSTOP; what arrives waits. */
  void pause() {
    pauses++;
  }

  /** Like SIGCONT: whatever waits is read, before or after the first tick. */
  void resume() {
    if (--pauses > 0 || !up) {
      return;
    }
    wokeNanos = world.now();
    if (world.random().nextBoolean()) {
      membership.onTick(clock());
      world.after(this);
    }
    while (!waiting.isEmpty() && pauses == 0) {
      waiting.remove().run();
      world.after(this);
    }
  }

  /** Like SIGKILL: the sockets close, the host lives. */
  void kill() {
    end();
    for (SimNode other : world.nodes()) {
      boolean lifeline = other.up && other.subjects.containsKey(id);
      if (lifeline && !world.network().isCut(index, other.index, world.now())) {
        int theirs = other.life;
        long nanos = world.network().connectNanos(index, other.index, world.now());
        if (nanos != Network.LOST) {
          world.later(nanos, () -> other.lifelineEnds(theirs, id));
        }
      }
    }
  }

  private void lifelineEnds(int mine, String subject) {
    if (up && mine == life) {
      input(() -> membership.onConnectionLost(subject, clock()));
    }
  }

  /** Like a power failure: nobody answers for it any more. */
  void vanish() {
    end();
    hostDown = true;
  }

  private void end() {
    up = false;
    life++;
    waiting.clear();
  }

  void leave() {
    membership.leave(clock());
    left = true;
    up = false;
    life++;
  }

  @Override
  public void datagram(Endpoint to, Frame frame) {
    byte[] encoded = world.encode(frame);
    if (encoded.length + FrameBytes.SEALING > FrameCodec.DATAGRAM_BYTES_MAX) {
      throw new IllegalStateException("bytes=" + encoded.length + " frame=" + frame);
    }
    int bytes = encoded.length + FrameBytes.AROUND_DATAGRAM;
    sentBytes += bytes;
    sentDatagrams++;
    world.onSent(this, bytes);
    SimNode target = world.at(to);
    if (target == null) {
      return;
    }
    send(target, encoded, bytes);
    if (world.network().isDuplicated()) {
      send(target, encoded, bytes);
    }
  }

  private void send(SimNode target, byte[] encoded, int bytes) {
    arrive(target, encoded, world.network().datagramNanos(index, target.index, bytes, world.now()));
  }

  @Override
  public void stream(Endpoint to, Frame frame) {
    byte[] encoded = world.encode(frame);
    int bytes = encoded.length + FrameBytes.AROUND_STREAM;
    sentBytes += bytes;
    world.onSent(this, bytes);
    SimNode target = world.at(to);
    if (target != null && target.up) {
      arrive(target, encoded, world.network().streamNanos(index, target.index, bytes, world.now()));
    }
  }

  private void arrive(SimNode target, byte[] encoded, long nanos) {
    if (nanos == Network.LOST) {
      return;
    }
    int theirs = target.life;
    world.later(
        nanos,
        () -> {
          if (target.up && target.life == theirs) {
            target.input(
                () ->
                    target.membership.onFrame(
                        info.gossip(), world.decode(encoded), target.clock()));
          }
        });
  }

  @Override
  public void probe(String nodeId, Endpoint to) {
    SimNode target = world.at(to);
    int mine = life;
    boolean answers = target != null && (target.up || !target.hostDown);
    long nanos =
        target == null || !answers
            ? Network.LOST
            : world.network().connectNanos(index, target.index, world.now());
    world.later(
        nanos == Network.LOST ? CONNECT_TIMEOUT_NANOS : nanos,
        () -> {
          if (up && mine == life) {
            ProbeResult result =
                nanos == Network.LOST || target == null
                    ? ProbeResult.NO_ANSWER
                    : target.up ? ProbeResult.ACCEPTED : ProbeResult.REFUSED;
            input(() -> membership.onProbe(nodeId, result, clock()));
          }
        });
  }

  @Override
  public void observe(Map<String, Endpoint> wanted) {
    subjects = wanted;
  }

  @Override
  public void event(MemberEvent event) {
    world.onEvent(this, event);
  }

  @Override
  public String toString() {
    return id;
  }
}
