package io.phial.node.ingress.mqtt;

import io.phial.node.ingress.StatusFeed.Status;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The topics that mean something here: {@code phial/clients/{id}/status} is retained and read-only,
 * {@code phial/beats/{id}} takes payloads. In a topic the characters {@code / + # %} of an id are
 * percent-encoded. Wildcards as in MQTT 5, section 4.7.
 */
final class Topics {
  private static final String OWN = "phial/";
  private static final String CLIENTS = "phial/clients/";
  private static final String STATUS = "/status";
  private static final String BEATS = "phial/beats/";
  private static final int FILTER_CHARACTERS_MAX = 512;

  private Topics() {}

  /** The topic of a client's status. */
  static String status(String id) {
    return CLIENTS + encoded(id) + STATUS;
  }

  /** What stands there. */
  static byte[] payload(Status status) {
    JsonObject json = new JsonObject().put("id", status.id()).put("verdict", status.verdict());
    if (status.atEpochMillis() > 0) {
      json.put("at", status.atEpochMillis());
    }
    json.put("phi", status.phi()).put("reason", status.reason());
    return json.toBuffer().getBytes();
  }

  /** The client whose status alone a filter asks for, or null. */
  static @Nullable String statusOnlyOf(String filter) {
    if (!filter.startsWith(CLIENTS)
        || !filter.endsWith(STATUS)
        || filter.length() <= CLIENTS.length() + STATUS.length()) {
      return null;
    }
    String level = filter.substring(CLIENTS.length(), filter.length() - STATUS.length());
    boolean plain = level.indexOf('/') < 0 && level.indexOf('+') < 0 && level.indexOf('#') < 0;
    return plain ? decoded(level) : null;
  }

  /** True when a filter can match the status of any client. */
  static boolean mayMatchStatuses(String filter) {
    // The level of the id is whatever stands in the filter there, so any id will do.
    String[] levels = filter.split("/", -1);
    String id = levels.length > 2 && !levels[2].equals("#") ? levels[2] : "x";
    return matches(filter, CLIENTS + (id.equals("+") ? "x" : id) + STATUS);
  }

  /** The client that a payload is for, or null when it is another topic. */
  static @Nullable String beatOf(String topic) {
    return topic.startsWith(BEATS) ? decoded(topic.substring(BEATS.length())) : null;
  }

  /** True for topics that only this node may write to. */
  static boolean isOwn(String topic) {
    return topic.startsWith(OWN);
  }

  /** True for a topic that a message may be sent to. */
  static boolean isTopic(String topic) {
    return !topic.isEmpty()
        && topic.length() <= FILTER_CHARACTERS_MAX
        && topic.indexOf('+') < 0
        && topic.indexOf('#') < 0
        && topic.indexOf('\0') < 0;
  }

  /** True for a filter of the right form (MQTT 5, section 4.7.1). */
  static boolean isFilter(String filter) {
    if (filter.isEmpty() || filter.length() > FILTER_CHARACTERS_MAX || filter.indexOf('\0') >= 0) {
      return false;
    }
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean wild = levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0;
      if ((wild && levels[i].length() > 1) || (levels[i].equals("#") && i < levels.length - 1)) {
        return false;
      }
    }
    return true;
  }

  /** True when a topic matches a filter; both of the right form. Allocates nothing. */
  static boolean matches(String filter, String topic) {
    if (topic.charAt(0) == '$' && (filter.charAt(0) == '+' || filter.charAt(0) == '#')) {
      return false;
    }
    int f = 0;
    int t = 0;
    while (f < filter.length()) {
      char c = filter.charAt(f);
      if (c == '#') {
        return true;
      }
      if (c == '+') {
        while (t < topic.length() && topic.charAt(t) != '/') {
          t++;
        }
        f++;
      } else if (t < topic.length() && topic.charAt(t) == c) {
        f++;
        t++;
      } else {
        // A filter a/# matches the topic a as well.
        return t == topic.length() && filter.length() - f == 2 && filter.endsWith("/#");
      }
    }
    return t == topic.length();
  }

  private static String encoded(String id) {
    StringBuilder text = new StringBuilder(id.length());
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      switch (c) {
        case '/' -> text.append("%2F");
        case '+' -> text.append("%2B");
        case '#' -> text.append("%23");
        case '%' -> text.append("%25");
        default -> text.append(c);
      }
    }
    return text.toString();
  }

  private static String decoded(String level) {
    try {
      return java.net.URLDecoder.decode(level.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not encoded at all: then it stands for itself.
      return level;
    }
  }
}
