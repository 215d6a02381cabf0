package io.phial.node.ingress.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The retained last wills; statuses are not kept here but asked for. Bounded: a new topic that
 * finds no room is not retained. Belongs to the ingress's event loop.
 */
final class Retained {
  private final int topicsMax;
  private final Map<String, Message> messages = new LinkedHashMap<>();

  Retained(int topicsMax) {
    this.topicsMax = topicsMax;
  }

  /** Keeps a message, or with an empty payload forgets its topic; false when there is no room. */
  boolean put(Message message) {
    if (message.payload().length == 0) {
      messages.remove(message.topic());
    } else if (messages.containsKey(message.topic()) || messages.size() < topicsMax) {
      messages.put(message.topic(), message);
    } else {
      return false;
    }
    return true;
  }

  void forEachMatching(String filter, Consumer<Message> visitor) {
    for (Message message : messages.values()) {
      if (Topics.matches(filter, message.topic())) {
        visitor.accept(message);
      }
    }
  }
}
