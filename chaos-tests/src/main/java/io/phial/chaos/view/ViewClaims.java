package io.phial.chaos.view;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import java.util.ArrayList;
import java.util.List;

/** What Phial claims about spreading clients over nodes and taking them over. */
final class ViewClaims {
  static final String AREA = "view";

  static final Claim DRAIN_FOREIGN =
      zero("slots moved by a draining node that were not its own", "slots");
  static final Claim LOAD =
      claim("clients of the fullest of three nodes against the mean", Bound.atMost(1.25), "times");
  static final Claim JOIN_MOVED =
      claim("slots moved by the join of a fourth node", Bound.atMost(30), "%");
  static final Claim KILL_AGAIN =
      claim(
          "intervals from the SIGKILL of a node until all its clients are judged ALIVE again",
          Bound.atMost(2),
          "intervals");
  static final Claim KILL_WITH =
      claim(
          "clients killed together with their node that are not DEAD within grace and detection",
          Bound.exactly(0),
          "clients");
  static final Claim STOP_AGAIN =
      claim(
          "intervals from the DEAD of a SIGSTOPped node until all its clients are ALIVE again",
          Bound.atMost(2),
          "intervals");
  static final Claim STALE =
      zero("stale events about clients in the log by a node back from SIGSTOP", "events");
  static final Claim TWO_LOST =
      zero("clients that had to register again after two of four nodes were killed", "clients");
  static final Claim FALSE_DEAD = zero("DEAD verdicts about clients that beat", "verdicts");
  static final Claim BLOCKED = zero("warnings of blocked event loops in the nodes' logs", "lines");
  static final Claim AWAY_BEATS =
      claim(
          "beats acknowledged while the nodes' Hazelcast ports are cut off, of those sent",
          Bound.atLeast(99),
          "%");
  static final Claim AWAY_VERDICTS =
      zero("clients killed meanwhile that are not DEAD while Hazelcast is cut off", "clients");
  static final Claim AWAY_LOST =
      zero("of those verdicts lost or doubled in the log after Hazelcast is back", "verdicts");

  static final Claim SPLIT_FALSE =
      zero(
          "DEAD verdicts of a node in a partition about clients that beat to its side", "verdicts");
  static final Claim SPLIT_UNJUDGED =
      zero(
          "clients that beat or die on one side of a partition and are not judged there",
          "clients");
  static final Claim SPLIT_SURE =
      zero(
          "DEAD verdicts about clients of a partition's other side that are not marked partial",
          "verdicts");
  static final Claim HEAL_FALSE =
      zero("DEAD verdicts about clients or nodes that are well, from the healing on", "verdicts");
  static final Claim HEAL_SECONDS =
      claim(
          "time from the healing of a partition until all clients are judged ALIVE",
          Bound.atMost(60),
          "s");

  private ViewClaims() {}

  static List<Claim> announced(boolean quick) {
    List<Claim> claims =
        new ArrayList<>(List.of(DRAIN_FOREIGN, LOAD, JOIN_MOVED, KILL_AGAIN, KILL_WITH));
    if (!quick) {
      claims.addAll(List.of(STOP_AGAIN, STALE, AWAY_BEATS, AWAY_VERDICTS, AWAY_LOST, TWO_LOST));
      claims.addAll(split());
    }
    claims.addAll(List.of(FALSE_DEAD, BLOCKED));
    return List.copyOf(claims);
  }

  static List<Claim> split() {
    return List.of(SPLIT_FALSE, SPLIT_UNJUDGED, SPLIT_SURE, HEAL_FALSE, HEAL_SECONDS);
  }

  private static Claim claim(String text, Bound bound, String unit) {
    return new Claim(AREA, text, bound, unit);
  }

  private static Claim zero(String text, String unit) {
    return claim(text, Bound.exactly(0), unit);
  }
}
