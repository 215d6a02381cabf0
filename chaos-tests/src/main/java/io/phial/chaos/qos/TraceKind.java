package io.phial.chaos.qos;

import java.util.function.LongFunction;
import java.util.function.Supplier;

/** The traces that are generated. The interval is 1 s unless said otherwise. */
enum TraceKind {
  LAN("lan", "local network: lognormal 1 ms, cv 1; loss 0.01 %"),
  WAN("wan", "125 ms + lognormal 17 ms, Pareto tail (2 %, exponent 1.5); loss 0.4 %"),
  LOSS10("loss10", "lognormal 5 ms, cv 1; independent loss 10 %"),
  LOSS30("loss30", "lognormal 5 ms, cv 1; independent loss 30 %"),
  BURSTS("bursts", "Gilbert-Elliott: bad state 1 in 200 beats, 5 beats long, loses 80 %; 20 ms"),
  MOBILE("mobile", "50 ms + lognormal 300 ms, cv 2; loss 3 %"),
  PAUSES("pauses", "as lan; 1 in 500 beats begins a pause of the sender, mean 1 s, then a burst"),
  DRIFT("drift", "as lan; clocks off by up to 500 ppm, wandering"),
  MIXED("mixed", "a fifth each of lan, wan, loss10, bursts and mobile, one setting for all"),
  SHIFT("shift", "all from lan to mobile at half time"),
  INTERVALS(
      "intervals", "announced changes between 1 s and 5 s every 200 to 400 beats; 20 ms, 1 %");

  private static final int CLIENTS_MAX = 100;
  private static final int BEATS_EACH_MIN = 2_000;
  private static final double DRIFT_MAX = 500e-6;

  private final String label;
  private final String description;

  TraceKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  String label() {
    return label;
  }

  String description() {
    return description;
  }

  /**
   * The trace of a seed.
   *
   * @param beats how many are sent after the warm-up, in total
   */
  GeneratedTrace generate(long seed, long beats) {
    int clients = (int) Math.max(5, Math.min(CLIENTS_MAX, beats / BEATS_EACH_MIN));
    return generate(seed, clients, Math.max(1, beats / clients));
  }

  /** The trace of a seed with this many senders and beats of each after the warm-up. */
  GeneratedTrace generate(long seed, int clients, long each) {
    long shiftAt = this == SHIFT ? GeneratedTrace.WARM_UP_BEATS + each / 2 : -1;
    var shape = new GeneratedTrace.Shape(clients, each, shiftAt);
    // Traces of one seed must not share their random numbers.
    long own = seed * 0x9E3779B97F4A7C15L + label.hashCode();
    return new GeneratedTrace(label, shape, own, c -> network(c, shiftAt), schedule());
  }

  private Supplier<Network> network(int client, long shiftAt) {
    return switch (this) {
      case LAN, PAUSES, DRIFT -> Network::lan;
      case WAN -> Network::wan;
      case LOSS10 -> () -> Network.losing(0.1);
      case LOSS30 -> () -> Network.losing(0.3);
      case BURSTS -> Network::bursty;
      case MOBILE -> Network::mobile;
      case MIXED -> mixed(client);
      case SHIFT -> () -> Network.shifting(Network::lan, shiftAt, Network::mobile);
      case INTERVALS -> () -> Network.lossy(0.01, Network.lognormal(0, 20, 1));
    };
  }

  private static Supplier<Network> mixed(int client) {
    return switch (client % 5) {
      case 0 -> Network::lan;
      case 1 -> Network::wan;
      case 2 -> () -> Network.losing(0.1);
      case 3 -> Network::bursty;
      default -> Network::mobile;
    };
  }

  private LongFunction<Schedule> schedule() {
    long second = Schedule.SECOND;
    return switch (this) {
      case PAUSES -> start -> Schedule.pausing(second, start);
      // The start is random and so is the clock that goes with it.
      case DRIFT -> start -> Schedule.drifting(second, start, driftOf(start), 1e-6);
      case INTERVALS -> start -> Schedule.changing(second, 5 * second, start);
      default -> start -> Schedule.regular(second, start);
    };
  }

  private static double driftOf(long startNanos) {
    double share = (startNanos - Schedule.SECOND) / (double) Schedule.SECOND;
    return DRIFT_MAX * (2 * share - 1);
  }
}
