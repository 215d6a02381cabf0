package io.phial.node.ingress;

import java.util.List;

/**
 * Where else clients of a protocol may go: host:port of other nodes. A hint, never a refusal.
 *
 * @param plain ports without TLS; may be empty
 * @param secure ports inside TLS; may be empty
 */
public record Elsewhere(List<String> plain, List<String> secure) {
  /** Nobody knows. */
  public static final Elsewhere NOWHERE = new Elsewhere(List.of(), List.of());

  /** Copies the lists. */
  public Elsewhere {
    plain = List.copyOf(plain);
    secure = List.copyOf(secure);
  }

  /** Those for a connection that is, or is not, inside TLS. */
  public List<String> of(boolean isSecure) {
    return isSecure ? secure : plain;
  }
}
