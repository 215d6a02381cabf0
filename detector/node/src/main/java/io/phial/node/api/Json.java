package io.phial.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The records of this package as JSON and back; also what nodes tell each other in answers. */
public final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          // A newer node may say more than this one knows.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** A record as UTF-8 JSON. */
  public static byte[] encode(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of this package are always JSON", e);
    }
  }

  /**
   * A record from UTF-8 JSON.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static <T> T decode(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a " + type.getSimpleName(), e);
    }
  }
}
