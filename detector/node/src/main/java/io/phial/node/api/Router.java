package io.phial.node.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the action for a path. Routes are few and read-only, so a map of paths and one kind of
 * route that ends in a variable are enough.
 */
final class Router {
  /** Answers a request; throws {@link RequestException} when it cannot. */
  @FunctionalInterface
  interface Action {
    /**
     * Answers.
     *
     * @param variable the still encoded last segment of a path with a variable, else empty
     */
    void answer(HttpServerRequest request, String variable);
  }

  /**
   * What a path leads to.
   *
   * @param name the route as it was added: a label with few values
   * @param variable the last segment, still encoded, or empty
   */
  record Match(String name, String variable, Action action) {}

  private final Map<String, Action> exact = new LinkedHashMap<>();
  private final Map<String, Action> byPrefix = new LinkedHashMap<>();

  /** Adds a route; one that ends in <code>/{name}</code> takes any last segment. */
  Router get(String path, Action action) {
    if (path.endsWith("}")) {
      byPrefix.put(path.substring(0, path.lastIndexOf('{')), action);
    } else {
      exact.put(path, action);
    }
    return this;
  }

  /**
   * The match for a request.
   *
   * @throws RequestException 404 for an unknown path, 405 for a method other than GET and HEAD
   */
  Match match(HttpMethod method, @Nullable String path) {
    Match found = path == null ? null : find(path);
    if (found == null) {
      throw new RequestException(404, "no such path");
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      throw new RequestException(405, "method must be GET or HEAD");
    }
    return found;
  }

  private @Nullable Match find(String path) {
    Action action = exact.get(path);
    if (action != null) {
      return new Match(path, "", action);
    }
    int slash = path.lastIndexOf('/') + 1;
    String prefix = path.substring(0, slash);
    Action prefixed = byPrefix.get(prefix);
    if (prefixed == null || slash == path.length()) {
      return null;
    }
    return new Match(prefix + "{}", path.substring(slash), prefixed);
  }
}
