package io.phial.node.ingress.grpc;

import io.phial.node.ingress.StatusFeed.Status;

/** The words of {@code grpc.health.v1.HealthCheckResponse.ServingStatus}. */
enum Serving {
  /** Nobody can say at the moment: its node died, and it has not beaten since. */
  UNKNOWN(0),
  /** It is alive; a doubt is not yet a verdict. */
  SERVING(1),
  /** It is dead, or it left. */
  NOT_SERVING(2),
  /** Nobody knows it. */
  SERVICE_UNKNOWN(3);

  private final int code;

  Serving(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Serving of(long code) {
    for (Serving serving : values()) {
      if (serving.code == code) {
        return serving;
      }
    }
    // A word of a later version.
    return UNKNOWN;
  }

  static Serving of(Status status) {
    return switch (status.verdict()) {
      case "ALIVE", "SUSPECT" -> SERVING;
      case "DEAD", "LEFT" -> NOT_SERVING;
      default -> UNKNOWN;
    };
  }
}
