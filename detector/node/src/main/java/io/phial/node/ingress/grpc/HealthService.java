package io.phial.node.ingress.grpc;

import io.phial.node.ingress.StatusFeed;
import io.phial.node.ingress.StatusFeed.Status;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the health service says about whom: the empty name is this node, {@code client/<id>} a
 * client, {@code group/<prefix>} all clients whose ids begin so. A group serves while one of it is
 * alive. Thread-safe.
 */
final class HealthService {
  /** The names of clients begin so. */
  static final String CLIENT = "client/";

  /** The names of groups begin so. */
  static final String GROUP = "group/";

  /** Services in a list at most. */
  static final int LIST_MAX = 1000;

  private static final char BEYOND_ASCII = '\u007f';

  private final StatusFeed feed;

  HealthService(StatusFeed feed) {
    this.feed = feed;
  }

  Future<Serving> check(String service) {
    if (service.isEmpty()) {
      return feed.ready().map(ready -> ready ? Serving.SERVING : Serving.NOT_SERVING);
    }
    if (service.startsWith(CLIENT) && service.length() > CLIENT.length()) {
      return feed.one(service.substring(CLIENT.length()))
          .map(found -> found.map(Serving::of).orElse(Serving.SERVICE_UNKNOWN));
    }
    if (service.startsWith(GROUP) && service.length() > GROUP.length()) {
      return group(service.substring(GROUP.length()));
    }
    return Future.succeededFuture(Serving.SERVICE_UNKNOWN);
  }

  private Future<Serving> group(String prefix) {
    String before = before(prefix);
    return feed.alive(before, 1)
        .compose(
            alive ->
                begins(alive, prefix)
                    ? Future.succeededFuture(Serving.SERVING)
                    : feed.page(before, 1)
                        .map(
                            any ->
                                begins(any, prefix)
                                    ? Serving.NOT_SERVING
                                    : Serving.SERVICE_UNKNOWN));
  }

  private static boolean begins(List<Status> page, String prefix) {
    return !page.isEmpty() && page.get(0).id().startsWith(prefix);
  }

  // Ids are ASCII: none is between this and the prefix.
  private static String before(String prefix) {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) - 1) + BEYOND_ASCII;
  }

  /** May the answer about a service be another one after this change? */
  static boolean concerns(String service, Status change) {
    return (service.startsWith(CLIENT) && change.id().equals(service.substring(CLIENT.length())))
        || (service.startsWith(GROUP) && change.id().startsWith(service.substring(GROUP.length())));
  }

  /** Everything that has a name, but groups; one more than allowed when there are too many. */
  Future<Map<String, Serving>> list() {
    return check("")
        .compose(
            self ->
                feed.page("", LIST_MAX)
                    .map(
                        page -> {
                          Map<String, Serving> all = new LinkedHashMap<>();
                          all.put("", self);
                          page.forEach(status -> all.put(CLIENT + status.id(), Serving.of(status)));
                          return all;
                        }));
  }
}
