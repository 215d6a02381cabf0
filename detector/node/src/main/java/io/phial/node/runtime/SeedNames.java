package io.phial.node.runtime;

import io.netty.util.NetUtil;
import io.phial.core.wire.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The seeds of a configuration: those that are addresses, and names that are looked up again and
 * again, because pods come and go behind a name. A name stands for all its addresses. Thread-safe;
 * {@link #resolve} blocks.
 */
final class SeedNames {
  /** Addresses taken from all names together. */
  static final int ADDRESSES_MAX = 64;

  /** Finds all addresses of a name. */
  @FunctionalInterface
  interface Lookup {
    /** Blocks for as long as the system's resolver does. */
    InetAddress[] of(String name) throws UnknownHostException;
  }

  private final List<Endpoint> numeric = new ArrayList<>();
  private final List<Endpoint> names = new ArrayList<>();
  private final Lookup lookup;
  private @Nullable List<Endpoint> last;

  SeedNames(List<Endpoint> configured, Lookup lookup) {
    this.lookup = lookup;
    for (Endpoint seed : configured) {
      boolean known =
          NetUtil.isValidIpV4Address(seed.host()) || NetUtil.isValidIpV6Address(seed.host());
      (known ? numeric : names).add(seed);
    }
  }

  /** Those that need no look-up. */
  List<Endpoint> numeric() {
    return List.copyOf(numeric);
  }

  /** True when there is something to look up. */
  boolean hasNames() {
    return !names.isEmpty();
  }

  /**
   * Looks all names up.
   *
   * @return all seeds, or null when they are the same as after the last call. A name that is not
   *     known (any more) has none.
   */
  synchronized @Nullable List<Endpoint> resolve() {
    Set<Endpoint> found = new LinkedHashSet<>(numeric);
    for (Endpoint name : names) {
      for (InetAddress address : addresses(name.host())) {
        if (found.size() < ADDRESSES_MAX) {
          found.add(new Endpoint(address.getHostAddress(), name.port()));
        }
      }
    }
    List<Endpoint> now = List.copyOf(found);
    boolean same = now.equals(last);
    last = now;
    return same ? null : now;
  }

  private InetAddress[] addresses(String name) {
    try {
      return lookup.of(name);
    } catch (UnknownHostException e) {
      // Not yet, or not any more: the next look-up may know it.
      return new InetAddress[0];
    }
  }
}
