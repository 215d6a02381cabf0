package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.phial.core.registry.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Which clients to list.
 *
 * @param verdict only those with this verdict; null for all
 * @param limit at most this many, {@value #LIMIT_MIN} to {@value #LIMIT_MAX}
 * @param after only ids greater than this in the order of their characters; empty for the first
 *     page
 * @param local only those that the asked node itself judges
 */
@JsonPropertyOrder({"verdict", "limit", "after", "local"})
public record ClientsQuery(@Nullable Verdict verdict, int limit, String after, boolean local) {
  /** The smallest limit. */
  public static final int LIMIT_MIN = 1;

  /** The greatest limit; more is read page by page. */
  public static final int LIMIT_MAX = 10_000;

  /** The limit when none is given. */
  public static final int LIMIT_DEFAULT = 1000;

  /** The same question to one node about its own clients. */
  public ClientsQuery asLocal() {
    return new ClientsQuery(verdict, limit, after, true);
  }

  /** True when a client belongs to the answer, page limits aside. */
  public boolean matches(Verdict candidate) {
    return verdict == null || verdict == candidate;
  }
}
