package io.phial.node.config;

import io.phial.core.registry.Profile;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.KeyRing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one node, all within their bounds. Immutable. {@code docs/configuration.md} gives
 * both directions of each trade-off.
 */
public record NodeConfig(
    Node node,
    Cluster cluster,
    Gossip gossip,
    Hazelcast hazelcast,
    Tcp tcp,
    Udp udp,
    Http http,
    Health health,
    Protocols protocols,
    Members members,
    Clients clients,
    Log log,
    Events events,
    Webhooks webhooks,
    boolean printEvents) {

  /**
   * The process.
   *
   * @param id its own name, unique in the cluster
   * @param zone failure domain, may be empty
   * @param capacity relative weight in placement, 1 to 1000
   * @param bind numeric address that all its sockets listen on
   * @param advertise numeric address that others are told; never a wildcard
   * @param eventLoops threads that judge clients, 1 or more
   * @param nativeTransport use the operating system's own way to wait for sockets where it loads
   * @param stopTimeout a graceful stop takes at most this long
   * @param dataDir where snapshots for a warm restart are kept; empty for none
   */
  public record Node(
      String id,
      String zone,
      int capacity,
      String bind,
      String advertise,
      int eventLoops,
      boolean nativeTransport,
      Duration stopTimeout,
      String dataDir) {}

  /**
   * What the nodes share.
   *
   * @param name label that keeps clusters apart
   * @param view where the shared view lives; never {@link ViewKind#AUTO} any more
   * @param operationTimeout an operation on the shared view fails after this long
   * @param startTimeout joining takes at most this long
   * @param checkpoint how often the records of living clients are written again
   * @param takeoverSpread over how long the deadlines of clients taken over are spread
   */
  public record Cluster(
      String name,
      ViewKind view,
      Duration operationTimeout,
      Duration startTimeout,
      Duration checkpoint,
      Duration takeoverSpread) {}

  /**
   * The nodes' own beats.
   *
   * @param port UDP and TCP, 1 to 65535
   * @param seeds some nodes to ask first; may be empty, may hold this node
   * @param seal how frames are protected
   * @param keys of the seal; null only without any seal
   * @param keysFile where the keys came from and may change; empty for nowhere
   * @param keysReload how often that file is read again
   * @param bytesPerSecondMax of the membership's frames; rosters and rumours give way, never beats
   * @param connectionsMax connections of other nodes; more are closed
   * @param idleTimeout a connection without traffic is closed after this long
   */
  public record Gossip(
      int port,
      List<Endpoint> seeds,
      SealKind seal,
      @Nullable KeyRing keys,
      String keysFile,
      Duration keysReload,
      int bytesPerSecondMax,
      int connectionsMax,
      Duration idleTimeout) {}

  /**
   * The Hazelcast member inside this node.
   *
   * @param port TCP, 1 to 65535
   * @param busPort TCP port of the event bus; 0 for any free one
   * @param members host:port to join by; empty for a lone node
   */
  public record Hazelcast(int port, int busPort, List<String> members) {}

  /**
   * Plain connections of clients.
   *
   * @param port 0 for any free one
   * @param tlsPort the same inside TLS; 0 for any free one, {@link Protocols#OFF} for none
   * @param connectionsMax connections beyond are refused
   * @param firstBeatTimeout a connection that has not beaten by then is closed
   */
  public record Tcp(int port, int tlsPort, int connectionsMax, Duration firstBeatTimeout) {}

  /**
   * Datagrams of clients.
   *
   * @param port 0 for any free one
   * @param registrationsPerSecondMax registrations beyond are told to come back later
   */
  public record Udp(int port, int registrationsPerSecondMax) {}

  /**
   * The HTTP API.
   *
   * @param port 0 for any free one
   * @param tlsPort the same inside TLS; 0 for any free one, {@link Protocols#OFF} for none
   * @param connectionsMax connections beyond are closed at once
   * @param idleTimeout a connection without traffic is closed after this long
   * @param queryTimeout an answer that takes longer is a 503
   * @param eventReadersMax readers of the event stream at once
   * @param eventBuffer newest events kept; a reader further behind misses some
   * @param eventKeepAlive time between two comment lines on a quiet event stream
   */
  public record Http(
      int port,
      int tlsPort,
      int connectionsMax,
      Duration idleTimeout,
      Duration queryTimeout,
      int eventReadersMax,
      int eventBuffer,
      Duration eventKeepAlive) {}

  /**
   * Health and metrics on a port of their own.
   *
   * @param port 0: none is opened; the HTTP API answers them
   */
  public record Health(int port) {}

  /**
   * How nodes are judged.
   *
   * @param tick how often the membership looks at what is due
   * @param interval time between two beats to an observer
   * @param observers how many observers a node has at most
   * @param suspectPhi an observer accuses at this phi
   * @param unreachablePhi the fused phi of UNREACHABLE
   * @param stability how long UNREACHABLE must last before DEAD
   */
  public record Members(
      Duration tick,
      Duration interval,
      int observers,
      double suspectPhi,
      double unreachablePhi,
      Duration stability) {}

  /**
   * How clients are judged.
   *
   * @param max clients that this node holds at most; registrations beyond are refused
   * @param tick how often deadlines are looked at
   * @param stall a tick later than this means that this node itself stood still
   * @param suspectPhi threshold of SUSPECT
   * @param deadPhi threshold of DEAD, at least {@code suspectPhi}
   * @param graceIntervals DEAD by silence never before this many intervals
   * @param graceMin DEAD by silence never before this long
   * @param reconnectGrace how long a named client may take to come back after its connection closed
   * @param learnIntervalMax assumed interval of a client that declares none
   * @param deadRetention how long a DEAD or LEFT client stays listed
   * @param intervalMin shortest interval that a client is told to keep
   * @param intervalMax longest interval that a client is told to keep
   * @param secret key of the clients' message authentication
   * @param profiles of kinds of clients, by number from 1 on
   */
  public record Clients(
      int max,
      Duration tick,
      Duration stall,
      double suspectPhi,
      double deadPhi,
      double graceIntervals,
      Duration graceMin,
      Duration reconnectGrace,
      Duration learnIntervalMax,
      Duration deadRetention,
      Duration intervalMin,
      Duration intervalMax,
      Secret secret,
      List<Profile> profiles) {}

  /**
   * The cluster's log of verdict changes.
   *
   * @param capacity newest events kept by the cluster; the same on all nodes
   * @param queueMax events of this node that wait for the log at most; beyond it the oldest is
   *     dropped and counted
   */
  public record Events(int capacity, int queueMax) {}

  /**
   * Who is told of verdict changes by HTTP.
   *
   * @param urls each gets every event; empty for none
   * @param secret key of the signature; empty only when there are no urls
   * @param timeout a request that takes longer has failed
   * @param pauseMax the longest pause before a failed request is tried again
   */
  public record Webhooks(List<String> urls, Secret secret, Duration timeout, Duration pauseMax) {}

  /**
   * Log lines.
   *
   * @param format how they look
   * @param level from which importance on Phial's own lines are shown
   * @param librariesLevel the same for the libraries
   */
  public record Log(LogFormat format, LogLevel level, LogLevel librariesLevel) {}
}
