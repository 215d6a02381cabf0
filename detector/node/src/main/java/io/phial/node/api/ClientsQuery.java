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
 * @param prefix only ids that begin with this; empty for all
 */
@JsonPropertyOrder({"verdict", "limit", "after", "local", "prefix"})
public record ClientsQuery(
    @Nullable Verdict verdict, int limit, String after, boolean local, String prefix) {
  /** A node of an earlier version sends no prefix. */
  public ClientsQuery {
    prefix = prefix == null ? "" : prefix;
  }

  /** A question without a prefix. */
  public ClientsQuery(@Nullable Verdict verdict, int limit, String after, boolean local) {
    this(verdict, limit, after, local, "");
  }

  /** The smallest limit. */
  public static final int LIMIT_MIN = 1;

  /** The greatest limit; more is read page by page. */
  public static final int LIMIT_MAX = 10_000;

  /** The limit when none is given. */
  public static final int LIMIT_DEFAULT = 1000;

  /** The same question to one node about its own clients. */
  public ClientsQuery asLocal() {
    return new ClientsQuery(verdict, limit, after, true, prefix);
  }

  /** True when a client belongs to the answer, page limits aside. */
  public boolean matches(Verdict candidate) {
    return verdict == null || verdict == candidate;
  }
}
