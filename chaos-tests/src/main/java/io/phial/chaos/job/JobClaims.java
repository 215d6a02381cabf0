package io.phial.chaos.job;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import java.util.ArrayList;
import java.util.List;

/**
 * What Phial claims about its main job.
 *
 * @param stopUnreachable time until a hung node is routed around
 * @param stopDead time until a hung node is given up
 * @param killDead time until the death of a node's process is known
 * @param pauseDead DEAD verdicts about a node that paused for 4 s
 * @param clientsOther verdicts about clients of a killed node other than ALIVE and UNKNOWN
 * @param clientsLost clients not ALIVE on every survivor after all of it
 * @param falseDead DEAD verdicts about anybody healthy
 */
record JobClaims(
    Claim stopUnreachable,
    Claim stopDead,
    Claim killDead,
    Claim pauseDead,
    Claim clientsOther,
    Claim clientsLost,
    Claim falseDead) {
  static final String AREA = "job";

  /** These hold on a calm machine. */
  static final JobClaims CALM = of("");

  /** The very same must hold while another process keeps every core busy. */
  static final JobClaims BUSY = of(", every core kept busy by another process");

  static final Claim SEED_WRONG =
      exactlyZero("answers other than exactly ACK to HEARTBEAT, split or coalesced", "answers");
  static final Claim SEED_DEAD =
      claim("a killed plain TCP client is DEAD on all nodes", Bound.atMost(1_000), "ms");
  static final Claim UDP_DEAD =
      claim("a killed UDP client (1 s beats) is DEAD on all nodes", Bound.atMost(15_000), "ms");
  static final Claim CLIENT_PAUSE =
      exactlyZero("DEAD verdicts about clients paused and resumed inside their grace", "verdicts");
  static final Claim MALFORMED_CHANGES =
      exactlyZero(
          "nodes, clients or verdicts changed by malformed input on every port"
              + " but Hazelcast's own",
          "changes");
  static final Claim MALFORMED_SILENT =
      exactlyZero("nodes that do not serve after malformed input on every port", "nodes");
  static final Claim MALFORMED_UNCOUNTED =
      exactlyZero("kinds of port on which malformed input moved no counter", "kinds");

  private static JobClaims of(String condition) {
    return new JobClaims(
        claim(
            "a SIGSTOPped node is UNREACHABLE on all survivors" + condition,
            Bound.atMost(2_000),
            "ms"),
        claim("a SIGSTOPped node is DEAD on all survivors" + condition, Bound.atMost(6_000), "ms"),
        claim("a killed node is DEAD on all survivors" + condition, Bound.atMost(1_000), "ms"),
        exactlyZero("DEAD verdicts about a node paused for 4 s" + condition, "verdicts"),
        exactlyZero(
            "verdicts other than ALIVE and UNKNOWN about clients of a killed node" + condition,
            "verdicts"),
        exactlyZero("clients lost by the death of their node" + condition, "clients"),
        exactlyZero("DEAD verdicts about anybody healthy" + condition, "verdicts"));
  }

  /** Those about nodes, in the order in which they are shown. */
  List<Claim> all() {
    return List.of(
        stopUnreachable, stopDead, killDead, pauseDead, clientsOther, clientsLost, falseDead);
  }

  /** Every claim of the area; those under load only when there is time for them. */
  static List<Claim> announced(boolean quick) {
    List<Claim> claims = new ArrayList<>(CALM.all());
    claims.addAll(List.of(SEED_DEAD, UDP_DEAD, CLIENT_PAUSE, SEED_WRONG));
    claims.addAll(List.of(MALFORMED_CHANGES, MALFORMED_SILENT, MALFORMED_UNCOUNTED));
    if (!quick) {
      claims.addAll(BUSY.all());
    }
    return List.copyOf(claims);
  }

  private static Claim claim(String text, Bound bound, String unit) {
    return new Claim(AREA, text, bound, unit);
  }

  private static Claim exactlyZero(String text, String unit) {
    return claim(text, Bound.exactly(0), unit);
  }
}
