package io.phial.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * One verdict change as a node prints it.
 *
 * @param atMillis when, in milliseconds of the host's clock
 * @param kind {@link #NODE} or {@link #CLIENT}
 * @param id the subject
 * @param from the verdict before, {@code UNKNOWN} for one newly seen
 * @param to the verdict now
 * @param reason one sentence
 * @param phi suspicion at that moment
 */
public record VerdictEvent(
    long atMillis, String kind, String id, String from, String to, String reason, double phi) {
  /** The kind of an event about a node. */
  public static final String NODE = "node";

  /** The kind of an event about a client. */
  public static final String CLIENT = "client";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads one line of {@code --print-events}; empty when it is anything else. */
  public static Optional<VerdictEvent> parse(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    boolean whole =
        json.isObject()
            && json.path("at").isIntegralNumber()
            && json.path("kind").isTextual()
            && json.path("id").isTextual()
            && json.path("to").isTextual();
    if (!whole) {
      return Optional.empty();
    }
    return Optional.of(
        new VerdictEvent(
            json.get("at").longValue(),
            json.get("kind").textValue(),
            json.get("id").textValue(),
            json.path("from").asText(""),
            json.get("to").textValue(),
            json.path("reason").asText(""),
            json.path("phi").asDouble(0)));
  }

  /** True when it is about this subject. */
  public boolean isAbout(String subjectKind, String subjectId) {
    return kind.equals(subjectKind) && id.equals(subjectId);
  }
}
