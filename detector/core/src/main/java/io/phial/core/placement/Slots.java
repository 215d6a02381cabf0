package io.phial.core.placement;

import io.phial.core.wire.Xxh64;

/**
 * The hash classes of client ids. A client's slot never changes, whatever the cluster does; only
 * the slot's owner does.
 *
 * <p>The hash is XXH64 with seed 0 over the UTF-8 bytes of the id, fixed for ever: {@code ""} is
 * {@code ef46db3751d8e999}, {@code "a"} is {@code d24ec4f1a98c6e5b} (slot 3675), {@code "abc"} is
 * {@code 44bc2cf5ad770999} (slot 2457). Stateless and thread-safe.
 */
public final class Slots {
  /** How many slots there are. */
  public static final int COUNT = 4096;

  private static final int MASK = COUNT - 1;

  private Slots() {}

  /** The hash of a client id. */
  public static long hash64(String id) {
    return Xxh64.hash(id, 0);
  }

  /** The slot of a client id: the low 12 bits of its hash. */
  public static int slotOf(String id) {
    return (int) hash64(id) & MASK;
  }

  /** The slot of a datagram session: a session carries its client's slot in its low 12 bits. */
  public static int slotOfSession(int session) {
    return session & MASK;
  }
}
