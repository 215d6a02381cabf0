package io.phial.chaos.membership;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.sim.Hardship;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is claimed of whole clusters in virtual time. Timings here are virtual, so exact. */
final class SimClaims {
  private static final String AREA = "membership";
  private static final String SIMULATED = "simulated: ";

  static final int[] HANG_NODES = {5, 50, 500};
  static final int[] HANG_NODES_QUICK = {5, 50};
  static final int LARGE_NODES = 5_000;

  final Claim violations;
  final Claim falseDead;
  final Map<Integer, Claim> unreachable = new java.util.LinkedHashMap<>();
  final Map<Integer, Claim> dead = new java.util.LinkedHashMap<>();
  final Claim growth;
  final Claim bytes;
  final Claim bytesGrowth;
  final Claim large;
  final Map<Hardship, Claim> hardships = new EnumMap<>(Hardship.class);
  final Claim cutOffUnseen;
  final Claim cutOffDeclares;
  final Claim pauseEvicts;
  final Claim pauseReturns;
  final Claim pauseSlowdown;
  final Claim planUnreachable;
  final Claim planDead;
  final Claim planBytes;
  private final boolean quick;

  SimClaims(Plan plan) {
    quick = plan.quick();
    int seeds = SimScript.seeds(plan);
    violations = zero(seeds + " seeds of 5 to 50 nodes, invariants broken", "violations");
    falseDead = zero(seeds + " seeds of 5 to 50 nodes, wrong DEAD verdicts", "verdicts");
    for (int nodes : quick ? HANG_NODES_QUICK : HANG_NODES) {
      unreachable.put(
          nodes,
          atMost("a hung node of " + nodes + " is UNREACHABLE at all others, median", 1_500, "ms"));
      dead.put(
          nodes, atMost("a hung node of " + nodes + " is DEAD at all others, median", 5_000, "ms"));
    }
    int most = quick ? 50 : 500;
    growth = atMost("growth of both from 5 nodes to " + most, 15, "%");
    bytes = atMost("bytes per second and node, all headers and the seal counted", 640, "B/s");
    bytesGrowth = atMost("change of these beyond 10 nodes", 20, "%");
    large = atMost("nodes of 5,000 that do not know of a hang after 30 s", 0, "nodes");
    String minutes = SimScript.enduredSeconds(plan) / 60 + " minutes of ";
    for (Hardship hardship : Hardship.values()) {
      hardships.put(
          hardship,
          zero("DEAD verdicts about the unimpaired in " + minutes + hardship.text(), "verdicts"));
    }
    cutOffUnseen =
        zero(
            "others to whom a node that loses 80 % both ways for a minute is not UNREACHABLE then",
            "nodes");
    cutOffDeclares = zero("DEAD verdicts by such a node", "verdicts");
    pauseEvicts = zero("DEAD verdicts by a node that wakes from a pause of 45 s", "verdicts");
    pauseReturns =
        new Claim(
            AREA,
            SIMULATED + "share of such nodes that come back everywhere with a new incarnation",
            Bound.exactly(1),
            "of 1");
    pauseSlowdown =
        atMost(
            "median time to the next UNREACHABLE after it, over that of the first", 1.15, "times");
    planUnreachable = atMost("error of the planned time to UNREACHABLE", 20, "%");
    planDead = atMost("error of the planned time to DEAD", 20, "%");
    planBytes = atMost("error of the planned bytes per second", 20, "%");
  }

  List<Claim> announced() {
    List<Claim> claims = new ArrayList<>(List.of(violations, falseDead));
    claims.addAll(unreachable.values());
    claims.addAll(dead.values());
    claims.addAll(List.of(growth, bytes, bytesGrowth));
    if (!quick) {
      claims.add(large);
    }
    claims.addAll(hardships.values());
    claims.addAll(List.of(cutOffUnseen, cutOffDeclares, pauseEvicts, pauseReturns, pauseSlowdown));
    claims.addAll(List.of(planUnreachable, planDead, planBytes));
    return List.copyOf(claims);
  }

  private static Claim atMost(String text, double bound, String unit) {
    return new Claim(AREA, SIMULATED + text, Bound.atMost(bound), unit);
  }

  private static Claim zero(String text, String unit) {
    return new Claim(AREA, SIMULATED + text, Bound.exactly(0), unit);
  }
}
