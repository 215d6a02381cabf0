package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.wire.ByteBudget.Share;
import io.phial.core.wire.MalformedFrameException.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What is counted between nodes. Thread-safe. */
final class GossipMeters {
  /** Headers of IPv4 and UDP; an estimate for IPv6, which has 20 more. */
  static final int UDP_HEADER_BYTES = 28;

  private final MeterRegistry registry;
  private final Counter framesIn;
  private final Counter framesOut;
  private final Map<Kind, Counter> dropped = new EnumMap<>(Kind.class);
  private final Map<Share, Counter> withheld = new EnumMap<>(Share.class);
  private final Counter udpIn;
  private final Counter udpOut;
  private final Counter tcpIn;
  private final Counter tcpOut;
  private final Counter refused;

  GossipMeters(MeterRegistry registry) {
    this.registry = registry;
    framesIn = counter("frames.in", "Frames taken from other nodes");
    framesOut = counter("frames.out", "Frames sent to other nodes");
    for (Kind kind : Kind.values()) {
      dropped.put(
          kind,
          Counter.builder("phial.gossip.frames.dropped")
              .description("Frames that were not taken, by reason")
              .tag("reason", kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (Share share : Share.values()) {
      withheld.put(
          share,
          Counter.builder("phial.gossip.frames.withheld")
              .description(
                  "Frames not sent because gossip.bytes-per-second-max or a queue was full")
              .tag("share", share.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    udpIn = bytes("in", "udp");
    udpOut = bytes("out", "udp");
    tcpIn = bytes("in", "tcp");
    tcpOut = bytes("out", "tcp");
    refused =
        counter("connections.refused", "Connections closed because of gossip.connections-max");
  }

  private Counter counter(String name, String description) {
    return Counter.builder("phial.gossip." + name).description(description).register(registry);
  }

  private Counter bytes(String direction, String transport) {
    return Counter.builder("phial.gossip.bytes." + direction)
        .description("Bytes between nodes; of datagrams with 28 bytes of headers each")
        .tag("transport", transport)
        .register(registry);
  }

  /** Watches how many connections of other nodes there are. */
  void connections(IntSupplier open) {
    Gauge.builder("phial.gossip.connections", open::getAsInt)
        .description("Connections of other nodes")
        .register(registry);
  }

  /** Watches the states of all nodes as this one sees them. */
  void members(Supplier<List<Member>> members) {
    for (MemberState state : MemberState.values()) {
      Gauge.builder("phial.gossip.members", () -> count(members.get(), state))
          .description("Nodes as this one sees them, by state, this one included")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private static long count(List<Member> members, MemberState state) {
    return members.stream().filter(member -> member.state() == state).count();
  }

  /** A number that is asked when somebody scrapes. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("phial.gossip." + name, value).description(description).register(registry);
  }

  void datagramIn(int bytes) {
    udpIn.increment(bytes + UDP_HEADER_BYTES);
  }

  void datagramOut(int bytes) {
    framesOut.increment();
    udpOut.increment(bytes + UDP_HEADER_BYTES);
  }

  void streamIn(int bytes) {
    tcpIn.increment(bytes);
  }

  void streamOut(int bytes) {
    framesOut.increment();
    tcpOut.increment(bytes);
  }

  void taken() {
    framesIn.increment();
  }

  void dropped(Kind kind) {
    dropped.get(kind).increment();
  }

  void withheld(Share share) {
    withheld.get(share).increment();
  }

  void refused() {
    refused.increment();
  }
}
