package io.phial.node.sockets;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.config.Protocols;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all ports for clients' connections have in common. Thread-safe.
 *
 * <p>Keep alive and user timeout (RFC 5482; Linux {@code tcp(7)}) only reap connections whose other
 * side is gone: a kernel that answers says nothing about the program above it, so they are no
 * beats.
 */
public final class Sockets {
  private final Protocols.@Nullable Sockets config;
  private final @Nullable TlsFiles tls;

  private Sockets(Protocols.@Nullable Sockets config, @Nullable TlsFiles tls) {
    this.config = config;
    this.tls = tls;
  }

  /** As configured. */
  public static Sockets of(Vertx vertx, Protocols.Sockets config, MeterRegistry meters) {
    boolean encrypted = !config.tlsCert().isEmpty() && !config.tlsKey().isEmpty();
    return new Sockets(config, encrypted ? new TlsFiles(vertx, config, meters) : null);
  }

  /** As the system is set, without TLS. */
  public static Sockets plain() {
    return new Sockets(null, null);
  }

  /**
   * Sets the options of a port; the kernel's ones take effect where the transport has them (Linux
   * epoll).
   *
   * @return the options given
   */
  public <T extends NetServerOptions> T plain(T options) {
    options.setTcpNoDelay(true).setTcpKeepAlive(true);
    Protocols.Sockets kernel = config;
    if (kernel != null) {
      int idleSeconds = (int) kernel.keepAliveIdle().toSeconds();
      if (idleSeconds > 0) {
        options.setTcpKeepAliveIdleSeconds(idleSeconds);
        options.setTcpKeepAliveIntervalSeconds((int) kernel.keepAliveInterval().toSeconds());
        options.setTcpKeepAliveCount(kernel.keepAliveCount());
      }
      if (kernel.userTimeout().toMillis() > 0) {
        options.setTcpUserTimeout((int) kernel.userTimeout().toMillis());
      }
    }
    return options;
  }

  /**
   * As {@link #plain(NetServerOptions)}, inside TLS.
   *
   * @throws IllegalStateException when no certificate is configured
   */
  public <T extends NetServerOptions> T secure(T options) {
    plain(options).setSsl(true).setUseAlpn(false).setKeyCertOptions(requireTls().paths());
    return options;
  }

  /**
   * Has a listening server take over renewed certificates.
   *
   * @param server gets each new one
   */
  public void follow(Function<ServerSSLOptions, Future<Boolean>> server) {
    requireTls().follow(server);
  }

  private TlsFiles requireTls() {
    TlsFiles files = tls;
    if (files == null) {
      throw new IllegalStateException("tls.cert and tls.key must be given");
    }
    return files;
  }
}
