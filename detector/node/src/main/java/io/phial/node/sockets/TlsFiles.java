package io.phial.node.sockets;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.config.Protocols;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and key of this node's encrypted ports. The files are read again now and then, so
 * that a renewed certificate serves the connections that come after; those that stand keep theirs.
 * Files that cannot be used change nothing, are told once and counted. Thread-safe.
 */
final class TlsFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
  private static final long FILE_BYTES_MAX = 1 << 20;

  private final Vertx vertx;
  private final Protocols.Sockets config;
  private final List<Function<ServerSSLOptions, Future<Boolean>>> servers =
      new CopyOnWriteArrayList<>();
  private final Counter changed;
  private final Counter failed;

  // Below: one round of reading at a time touches them, each after the one before.
  private Pair used = new Pair(Buffer.buffer(), Buffer.buffer());
  private String trouble = "";

  /** Both files at one moment. */
  private record Pair(Buffer cert, Buffer key) {}

  TlsFiles(Vertx vertx, Protocols.Sockets config, MeterRegistry meters) {
    this.vertx = vertx;
    this.config = config;
    this.changed = reloads(meters, "changed");
    this.failed = reloads(meters, "failed");
  }

  private static Counter reloads(MeterRegistry meters, String result) {
    return Counter.builder("phial.tls.reloads")
        .description("Times that the certificate was found changed, or could not be used")
        .tag("result", result)
        .register(meters);
  }

  /** Where a new server finds its certificate. */
  PemKeyCertOptions paths() {
    return new PemKeyCertOptions().setCertPath(config.tlsCert()).setKeyPath(config.tlsKey());
  }

  /** A server that wants to hear of renewals; the first one starts the reading. */
  void follow(Function<ServerSSLOptions, Future<Boolean>> server) {
    boolean first = servers.isEmpty();
    servers.add(server);
    if (first) {
      later();
    }
  }

  private void later() {
    vertx.setTimer(
        config.tlsReload().toMillis(),
        id -> read().compose(this::take).onFailure(this::keep).onComplete(done -> later()));
  }

  private Future<Pair> read() {
    return read(config.tlsCert())
        .compose(cert -> read(config.tlsKey()).map(key -> new Pair(cert, key)));
  }

  private Future<Buffer> read(String path) {
    return vertx
        .fileSystem()
        .props(path)
        .compose(
            props ->
                props.size() > FILE_BYTES_MAX
                    ? Future.failedFuture(path + " is larger than " + FILE_BYTES_MAX + " bytes")
                    : vertx.fileSystem().readFile(path));
  }

  private Future<Void> take(Pair next) {
    if (next.equals(used)) {
      return Future.succeededFuture();
    }
    ServerSSLOptions renewed =
        new ServerSSLOptions()
            .setKeyCertOptions(
                new PemKeyCertOptions().setCertValue(next.cert()).setKeyValue(next.key()));
    List<Future<Boolean>> updates =
        servers.stream().map(server -> server.apply(renewed.copy())).toList();
    return Future.join(updates).map(done -> remember(next));
  }

  private Void remember(Pair next) {
    boolean renewal = used.cert().length() > 0;
    used = next;
    trouble = "";
    if (renewal) {
      changed.increment();
      LOG.info("tls certificate changed file={}", config.tlsCert());
    }
    return null;
  }

  // The message tells what is wrong with a file, never what is in it.
  private void keep(Throwable cause) {
    failed.increment();
    String now = String.valueOf(cause.getMessage());
    if (!now.equals(trouble)) {
      trouble = now;
      LOG.warn("tls files cannot be used, the ones in use stay: {}", now);
    }
  }
}
