package io.phial.chaos.clients;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import java.util.List;

/** What Phial claims about clients that others wrote, unchanged. */
final class ClientsClaims {
  static final String AREA = "clients";

  static final Claim MOSQUITTO_DEAD =
      claim("a killed mosquitto_sub is DEAD on all nodes", Bound.atMost(6_000), "ms");
  static final Claim WILL =
      claim(
          "the last will of a killed mosquitto_sub reaches a subscriber at another node",
          Bound.atMost(6_000),
          "ms");
  static final Claim WILLS_EARLY =
      claim("last wills told before the verdict DEAD", Bound.exactly(0), "wills");
  static final Claim PAHO_DEAD =
      claim(
          "a SIGSTOPped paho client (keep alive 2 s) is DEAD on all nodes",
          Bound.atMost(9_000),
          "ms");
  static final Claim STATUS_MISSING =
      claim(
          "verdicts about MQTT clients that a wildcard subscriber at another node does not see",
          Bound.exactly(0),
          "verdicts");
  static final Claim TAKEN_OVER =
      claim(
          "paho clients told 0x8E when their session is taken over at another node",
          Bound.exactly(1),
          "clients");
  static final Claim WEBSOCKET_DEAD =
      claim("a killed python3-websockets client is DEAD on all nodes", Bound.atMost(6_000), "ms");
  static final Claim GRPC =
      claim(
          "a grpc-java health client watching at another node is told NOT_SERVING after that kill",
          Bound.atMost(6_500),
          "ms");
  static final Claim CURL_WRONG =
      claim(
          "beats of curl that fail, or leave their client unknown, at any node",
          Bound.exactly(0),
          "beats");
  static final Claim PAGE_FROZEN =
      claim(
          "a page frozen in Chromium (0.5 s beats) is DEAD on all nodes",
          Bound.atMost(15_000),
          "ms");
  static final Claim PAGE_CLOSED =
      claim("a page closed in Chromium is LEFT on all nodes", Bound.atMost(5_000), "ms");
  static final Claim REDIRECTED =
      claim(
          "MQTT 5 and WebSocket clients told another node's address by a node that leaves",
          Bound.exactly(2),
          "clients");
  static final Claim PROBED_DEAD =
      claim(
          "DEAD verdicts about a probed target whose node left, and no success of a new one",
          Bound.exactly(0),
          "verdicts");

  private ClientsClaims() {}

  /** All of them, in the order in which they are shown. */
  static List<Claim> all() {
    return List.of(
        MOSQUITTO_DEAD,
        WILL,
        WILLS_EARLY,
        PAHO_DEAD,
        STATUS_MISSING,
        TAKEN_OVER,
        WEBSOCKET_DEAD,
        GRPC,
        CURL_WRONG,
        PAGE_FROZEN,
        PAGE_CLOSED,
        REDIRECTED,
        PROBED_DEAD);
  }

  private static Claim claim(String text, Bound bound, String unit) {
    return new Claim(AREA, text, bound, unit);
  }
}
