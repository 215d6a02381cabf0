package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a health endpoint says.
 *
 * @param checks by name {@value #OK} or what is wrong, one short sentence
 */
@JsonPropertyOrder({"status", "checks"})
public record Health(Map<String, String> checks) {
  /** The word for a check that passed. */
  public static final String OK = "ok";

  /** Sorts the checks. */
  public Health {
    checks = Collections.unmodifiableMap(new TreeMap<>(checks));
  }

  /** True when every check passed. */
  @JsonIgnore
  public boolean isOk() {
    return checks.values().stream().allMatch(OK::equals);
  }

  /** {@value #OK} or {@code failing}. */
  @JsonProperty
  public String status() {
    return isOk() ? OK : "failing";
  }
}
