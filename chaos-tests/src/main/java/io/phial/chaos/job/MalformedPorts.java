package io.phial.chaos.job;

import io.phial.chaos.input.Attack;
import io.phial.chaos.input.ClientInput;
import io.phial.chaos.input.GossipInput;
import io.phial.chaos.input.HttpInput;
import io.phial.chaos.input.Malformed;
import io.phial.core.wire.AesGcmSeal;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.KeyRing;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.ReplayGuard;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoNode;
import io.phial.demo.NodePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Malformed input on every port of every node, and a comparison of what everybody says before and
 * after.
 *
 * <p>Hazelcast's port is left out: what listens there is Hazelcast's own protocol, not Phial's, and
 * the documents say that it must be reachable for the nodes only.
 */
final class MalformedPorts {
  private static final int DATAGRAMS = 350;
  private static final int CONNECTIONS = 36;
  private static final long SETTLE_MILLIS = 2_500;

  /** A kind of port: how to attack it, and the counters of which one must move. */
  private record Kind(String name, Pattern counters, Attacker attacker) {}

  @FunctionalInterface
  private interface Attacker {
    void attack(Attack attack, Malformed source, NodePorts ports)
        throws IOException, InterruptedException;
  }

  private final DemoCluster cluster;
  private final Malformed source;
  private final List<byte[]> frames;

  MalformedPorts(DemoCluster cluster, String clusterLabel, long seed) {
    this.cluster = cluster;
    this.source = new Malformed(seed);
    this.frames = frames(clusterLabel, cluster.gossipKeys(), seed);
  }

  /** Attacks all ports of all nodes and enters what came of it. */
  void measure(Sheet sheet) throws IOException, InterruptedException {
    sheet.note(source.toString());
    Census before = Census.take(cluster);
    long position = cluster.verdicts().position();
    int uncounted = 0;
    try (Attack attack = new Attack()) {
      for (Kind kind : kinds()) {
        double counted = counters(kind);
        for (DemoNode node : cluster.nodesUp()) {
          kind.attacker().attack(attack, source.split(), node.ports());
        }
        double moved = counters(kind) - counted;
        sheet.note(kind.name() + ": counters moved by " + (long) moved);
        uncounted += moved > 0 ? 0 : 1;
      }
      // The half-open connections are still there: the nodes must serve beside them.
      Thread.sleep(SETTLE_MILLIS);
      sheet.note("sent " + attack.counts() + ", " + attack.hangingConnections() + " hanging");
      judge(sheet, before, position);
    }
    sheet.put(JobClaims.MALFORMED_UNCOUNTED, uncounted);
  }

  private void judge(Sheet sheet, Census before, long position) throws InterruptedException {
    List<String> changes = new ArrayList<>();
    cluster.verdicts().since(position).forEach(s -> changes.add("verdict " + s));
    changes.addAll(before.changesTo(Census.take(cluster)));
    changes.stream().limit(20).forEach(sheet::note);
    sheet.put(JobClaims.MALFORMED_CHANGES, changes.size());
    int silent = 0;
    for (DemoNode node : cluster.nodes()) {
      boolean serves = node.isUp() && node.api().isReady() && isServingBeats(sheet, node);
      silent += serves ? 0 : 1;
    }
    sheet.put(JobClaims.MALFORMED_SILENT, silent);
  }

  private boolean isServingBeats(Sheet sheet, DemoNode node) throws InterruptedException {
    try {
      return SeedTalk.wrongAnswers(cluster, node) == 0;
    } catch (IOException e) {
      sheet.note(node + " does not serve a plain client: " + e.getMessage());
      return false;
    }
  }

  private List<Kind> kinds() {
    return List.of(
        new Kind(
            "UDP port of clients",
            Pattern.compile("^phial_ingress_(malformed|oversized|bad_mac)_total\\{.*udp"),
            (attack, random, ports) ->
                attack.datagrams(at(ports.udp()), ClientInput.datagrams(random, DATAGRAMS))),
        new Kind(
            "TCP port of clients",
            Pattern.compile("^phial_ingress_(malformed|oversized)_total\\{.*tcp"),
            (attack, random, ports) ->
                attack.streams(at(ports.tcp()), ClientInput.streams(random, CONNECTIONS))),
        new Kind(
            "UDP port of nodes",
            Pattern.compile("^phial_gossip_frames_dropped_total"),
            (attack, random, ports) ->
                attack.datagrams(
                    at(ports.gossip()), GossipInput.datagrams(random, frames, DATAGRAMS))),
        new Kind(
            "TCP port of nodes",
            Pattern.compile("^phial_gossip_frames_dropped_total"),
            (attack, random, ports) ->
                attack.streams(
                    at(ports.gossip()), GossipInput.streams(random, frames, CONNECTIONS))),
        new Kind(
            "HTTP port",
            Pattern.compile("^phial_http_(invalid_total|answers_total\\{.*status=\"4)"),
            (attack, random, ports) ->
                attack.streams(at(ports.http()), HttpInput.streams(random, CONNECTIONS))));
  }

  private double counters(Kind kind) throws IOException, InterruptedException {
    double sum = 0;
    for (DemoNode node : cluster.nodesUp()) {
      sum += Scrape.of(node.ports().url()).sum(kind.counters());
    }
    return sum;
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Frames of this very cluster, from a node that nobody knows. Only damaged ones are sent. */
  private static List<byte[]> frames(String clusterLabel, KeyRing keys, long salt) {
    FrameCodec codec =
        new FrameCodec(
            clusterLabel, new AesGcmSeal(clusterLabel, keys, () -> salt, new ReplayGuard()));
    Frame.Speaker stranger = new Frame.Speaker("stranger", 7, 7);
    Endpoint nowhere = new Endpoint(NodePorts.HOST, 9);
    NodeInfo info = new NodeInfo("stranger", "", nowhere, nowhere, nowhere, nowhere, 1);
    return List.of(
        encode(codec, new Frame.Beat(stranger, 1, 200_000_000, -1, 0, 0, List.of())),
        encode(codec, new Frame.Join(stranger, info)),
        encode(codec, new Frame.Leave(stranger)));
  }

  private static byte[] encode(FrameCodec codec, Frame frame) {
    ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.DATAGRAM_BYTES_MAX);
    int length = codec.encode(frame, buffer);
    return java.util.Arrays.copyOf(buffer.array(), length);
  }
}
