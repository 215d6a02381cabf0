package io.phial.chaos.membership;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import java.util.ArrayList;
import java.util.List;

/** What Phial claims about real node processes, each on a host of its own. */
final class ProcessClaims {
  static final Claim STOP_UNREACHABLE =
      claim("a SIGSTOPped process of five is UNREACHABLE at all others", Bound.atMost(2_000), "ms");
  static final Claim STOP_DEAD =
      claim("a SIGSTOPped process of five is DEAD at all others", Bound.atMost(6_000), "ms");
  static final Claim KILL_DEAD =
      claim("a killed process of five is DEAD at all others", Bound.atMost(500), "ms");
  static final Claim ONE_WAY =
      zero("UNREACHABLE or DEAD verdicts while one node cannot send to one other");
  static final Claim DEAF = zero("DEAD verdicts while nothing arrives at one node");
  static final Claim LOSS = zero("DEAD verdicts while every host loses 30 % of what arrives");
  static final Claim RETURN_EVICTS =
      zero("UNREACHABLE or DEAD verdicts by a process that wakes after its own death");
  static final Claim RETURN_INCARNATION =
      claim(
          "a process that wakes after its own death returns with a higher incarnation",
          Bound.atLeast(1),
          "steps");

  static final Claim PAUSE_EVICTS =
      zero("UNREACHABLE or DEAD verdicts by a process that wakes after 45 s");
  static final Claim PAUSE_INCARNATION =
      claim(
          "a process that wakes after 45 s returns with a higher incarnation",
          Bound.atLeast(1),
          "steps");
  static final Claim AGAIN_UNREACHABLE =
      claim(
          "stopped again after a pause of 45 s, it is UNREACHABLE at all others",
          Bound.atMost(2_000),
          "ms");
  static final Claim AGAIN_DEAD =
      claim(
          "stopped again after a pause of 45 s, it is DEAD at all others",
          Bound.atMost(6_000),
          "ms");
  static final Claim HAZELCAST_STOP =
      claim(
          "a SIGSTOPped process of three with Hazelcast is DEAD at the others",
          Bound.atMost(6_000),
          "ms");
  static final Claim HAZELCAST_KILL =
      claim(
          "a killed process of three with Hazelcast is DEAD at the others",
          Bound.atMost(500),
          "ms");

  private ProcessClaims() {}

  /** Every claim; those that need long waiting or Hazelcast only when there is time for them. */
  static List<Claim> announced(boolean quick) {
    List<Claim> claims =
        new ArrayList<>(
            List.of(
                STOP_UNREACHABLE,
                STOP_DEAD,
                KILL_DEAD,
                ONE_WAY,
                DEAF,
                LOSS,
                RETURN_EVICTS,
                RETURN_INCARNATION));
    if (!quick) {
      claims.addAll(
          List.of(
              PAUSE_EVICTS,
              PAUSE_INCARNATION,
              AGAIN_UNREACHABLE,
              AGAIN_DEAD,
              HAZELCAST_STOP,
              HAZELCAST_KILL));
    }
    return List.copyOf(claims);
  }

  private static Claim claim(String text, Bound bound, String unit) {
    return new Claim("membership", text, bound, unit);
  }

  private static Claim zero(String text) {
    return claim(text, Bound.exactly(0), "verdicts");
  }
}
