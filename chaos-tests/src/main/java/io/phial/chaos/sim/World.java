package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberOptions;
import io.phial.core.member.MemberState;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.NodeInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A whole cluster in virtual time from one seed. One thread; knows no other clock. */
final class World {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;

  /** Virtual wall-clock seconds at the start of every world. */
  private static final long WALL_SECONDS = 1_700_000_000L;

  private static final int SEEDS = 3;
  private static final int PORT = 7946;
  private static final int VIOLATIONS_MAX = 20;

  private final MemberOptions options;
  private final SplittableRandom random;
  private final Network network;
  private final Narrator narrator;
  private final FrameCodec codec = new FrameCodec("sim");
  private final ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.STREAM_BYTES_MAX);
  private final EventQueue queue = new EventQueue();
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<String, SimNode> byId = new HashMap<>();
  private final Map<Endpoint, SimNode> byAddress = new HashMap<>();
  private final List<Endpoint> seeds = new ArrayList<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private final List<BiConsumer<SimNode, MemberEvent>> listeners = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Opinions opinions = new Opinions();
  private final int zones;
  private long now;
  private long events;
  private int faults;
  private long calmSinceNanos;

  World(long seed, MemberOptions options, Climate climate, int zones, Narrator narrator) {
    this.options = options;
    this.zones = zones;
    this.narrator = narrator;
    random = new SplittableRandom(seed);
    network = new Network(climate, random.split());
  }

  MemberOptions options() {
    return options;
  }

  SplittableRandom random() {
    return random;
  }

  Network network() {
    return network;
  }

  List<SimNode> nodes() {
    return nodes;
  }

  List<Endpoint> seeds() {
    return seeds;
  }

  Opinions opinions() {
    return opinions;
  }

  long now() {
    return now;
  }

  long events() {
    return events;
  }

  List<String> violations() {
    return violations;
  }

  void watch(Invariant invariant) {
    invariants.add(invariant);
  }

  void listen(BiConsumer<SimNode, MemberEvent> listener) {
    listeners.add(listener);
  }

  void unlisten(BiConsumer<SimNode, MemberEvent> listener) {
    listeners.remove(listener);
  }

  /** A new node at an address of its own, not started. */
  SimNode create(String id) {
    int number = nodes.size() + 1;
    return create(
        id,
        new Endpoint("10." + number / 65536 + "." + number / 256 % 256 + "." + number % 256, PORT));
  }

  /** A new node at a given address, not started. */
  SimNode create(String id, Endpoint at) {
    String zone = zones <= 1 ? "" : "z" + nodes.size() % zones;
    NodeInfo info = new NodeInfo(id, zone, at, at, at, at, 1);
    SimNode node = new SimNode(this, nodes.size(), info, random.split());
    nodes.add(node);
    byId.put(id, node);
    byAddress.put(at, node);
    opinions.grow(nodes.size());
    if (seeds.size() < SEEDS) {
      seeds.add(at);
    }
    return node;
  }

  @Nullable SimNode at(Endpoint address) {
    return byAddress.get(address);
  }

  @Nullable SimNode node(String id) {
    return byId.get(id);
  }

  /** Wall-clock seconds now: what a restarted process takes as its incarnation. */
  long wallSeconds() {
    return WALL_SECONDS + now / SECOND;
  }

  void later(long nanos, Runnable what) {
    queue.add(now + nanos, what);
  }

  /** Lets time pass. */
  void run(long nanos) {
    long end = now + nanos;
    while (!queue.isEmpty() && queue.nextNanos() <= end) {
      now = queue.nextNanos();
      events++;
      queue.remove().run();
    }
    now = end;
  }

  void run(double seconds) {
    run((long) (seconds * SECOND));
  }

  byte[] encode(Frame frame) {
    buffer.clear();
    int length = codec.encode(frame, buffer);
    return Arrays.copyOf(buffer.array(), length);
  }

  Frame decode(byte[] encoded) {
    try {
      return codec.decode(ByteBuffer.wrap(encoded));
    } catch (MalformedFrameException e) {
      throw new IllegalStateException("a frame of our own cannot be read", e);
    }
  }

  /** A fault begins: from now on nothing is promised in its usual time. */
  void disturb(String what) {
    faults++;
    say("fault: " + what);
  }

  void calm(String what) {
    faults--;
    calmSinceNanos = now;
    say("over: " + what);
  }

  /** Since when no fault lasts; {@code Long.MAX_VALUE} while one does. */
  long calmSinceNanos() {
    return faults > 0 ? Long.MAX_VALUE : calmSinceNanos;
  }

  boolean isCalm() {
    return faults == 0;
  }

  void say(String line) {
    if (narrator.isOn()) {
      narrator.say(now, line);
    }
  }

  void violated(Invariant invariant, String detail) {
    String line =
        String.format(Locale.ROOT, "%.3f s: %s: %s", now / 1e9, invariant.sentence(), detail);
    say("VIOLATED " + line);
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(line);
    }
  }

  void onBoot(SimNode node) {
    opinions.forget(node.index);
    say(node.id + " starts with incarnation " + node.birth);
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).onBoot(node);
    }
  }

  void onCrash(SimNode node) {
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).onCrash(node);
    }
  }

  void onSent(SimNode node, int bytes) {
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).onSent(node, bytes);
    }
  }

  void onEvent(SimNode observer, MemberEvent event) {
    if (narrator.isOn()) {
      narrator.say(now, observer, event);
    }
    SimNode subject = byId.get(event.node().id());
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).onEvent(observer, event);
    }
    if (subject != null && subject != observer) {
      opinions.set(observer.index, subject.index, event.to(), event.incarnation());
    }
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).accept(observer, event);
    }
  }

  /** Every input of a node ends here. */
  void after(SimNode node) {
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).after(node);
    }
  }

  void atEnd() {
    invariants.forEach(Invariant::atEnd);
  }

  /** What an observer holds a subject to be; null when it does not know it. */
  @Nullable MemberState opinion(SimNode observer, SimNode subject) {
    return opinions.state(observer.index, subject.index);
  }
}
