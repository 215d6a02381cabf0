package io.phial.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * The JSON line of an event, the same in {@code --print-events} and in the event stream: the keys
 * at, kind, id, from, to, reason, phi in this order, phi rounded to three decimals; then, for an
 * event of the cluster's log, incarnation, judge, life, number, epoch and partial.
 */
public final class EventLine {
  private EventLine() {}

  /** One line without its line end; everything that could break a line is escaped. */
  public static String encode(VerdictEvent event) {
    StringBuilder line = new StringBuilder(160 + event.reason().length());
    line.append("{\"at\":").append(event.atEpochMillis());
    text(line, "kind", event.kind().word());
    text(line, "id", event.id());
    text(line, "from", event.from());
    text(line, "to", event.to());
    text(line, "reason", event.reason());
    line.append(",\"phi\":").append(Numbers.rounded(event.phi()));
    EventOrigin origin = event.origin();
    if (origin != null) {
      line.append(",\"incarnation\":").append(event.incarnation());
      text(line, "judge", origin.judge());
      line.append(",\"life\":").append(origin.life());
      line.append(",\"number\":").append(origin.number());
      line.append(",\"epoch\":").append(origin.epoch());
      line.append(",\"partial\":").append(origin.partial());
    }
    return line.append('}').toString();
  }

  /**
   * Reads a line back; an incarnation that the line does not hold is 0.
   *
   * @throws IllegalArgumentException when the text is no event line
   */
  public static VerdictEvent decode(String line) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      return new VerdictEvent(
          node.required("at").longValue(),
          VerdictEvent.Kind.valueOf(node.required("kind").textValue().toUpperCase(Locale.ROOT)),
          node.required("id").textValue(),
          node.required("from").textValue(),
          node.required("to").textValue(),
          node.required("reason").textValue(),
          node.required("phi").doubleValue(),
          node.path("incarnation").longValue(),
          node.has("judge") ? origin(node) : null);
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException("not an event line: " + line, e);
    }
  }

  private static EventOrigin origin(JsonNode node) {
    return new EventOrigin(
        node.required("judge").textValue(),
        node.required("life").longValue(),
        node.required("number").longValue(),
        node.required("epoch").longValue(),
        node.required("partial").booleanValue());
  }

  private static void text(StringBuilder line, String key, String value) {
    line.append(",\"").append(key).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    line.append('"');
  }
}
