package io.phial.demo;

import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many clients in one process, on UDP behind the bad network and on TCP. */
public final class Fleet {
  private static final int HEAP_MEGABYTES = 128;

  private final ChildProcess process;
  private final List<String> ids;

  Fleet(ChildProcess process, int udpClients, int tcpClients) {
    this.process = process;
    this.ids = ids(udpClients, tcpClients);
  }

  /** The names of a fleet's clients. */
  static List<String> ids(int udpClients, int tcpClients) {
    List<String> all = new ArrayList<>();
    IntStream.range(0, udpClients).forEach(i -> all.add(id("udp", i)));
    IntStream.range(0, tcpClients).forEach(i -> all.add(id("tcp", i)));
    return List.copyOf(all);
  }

  static String id(String transport, int number) {
    return String.format(java.util.Locale.ROOT, "fleet-%s-%04d", transport, number);
  }

  /** The command that runs it. */
  static List<String> command(
      List<Endpoint> udp, List<Endpoint> tcp, int udpClients, int tcpClients, Duration interval) {
    return JavaCommand.demo(
        HEAP_MEGABYTES,
        List.of(
            "fleet",
            "--udp-nodes=" + join(udp),
            "--tcp-nodes=" + join(tcp),
            "--udp-clients=" + udpClients,
            "--tcp-clients=" + tcpClients,
            "--interval-millis=" + interval.toMillis()));
  }

  private static String join(List<Endpoint> endpoints) {
    return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(","));
  }

  /** Its process. */
  public ChildProcess process() {
    return process;
  }

  /** Every client's id. */
  public List<String> ids() {
    return ids;
  }

  /** One client stops without a goodbye, as a crash would. */
  void abandon(String id) {
    process.tell("abandon " + id);
  }

  /** One client says goodbye. */
  void leave(String id) {
    process.tell("close " + id);
  }
}
