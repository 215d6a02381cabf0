package io.phial.core.phi;

/**
 * How late beats are, in units of their client's own deviation: the survival S(z) of one class of
 * clients.
 *
 * <p>A product-limit estimate over the bins of {@link LatenessScale}. A prior speaks before the
 * data: half a normal curve, half what the cohort's other classes saw. Where few data are left the
 * hazards are drawn towards a Pareto tail with Hill's estimate of its exponent (Hill 1975). S is
 * linear in z inside a bin, so both directions are closed forms without a logarithm.
 */
final class LatenessSurvival {
  private static final int BINS = LatenessScale.BINS;
  private static final double PRIOR_SIGMA = 1.25;
  private static final double TAIL_SHARE = 0.03;
  private static final double TAIL_COUNT = 10;
  private static final double TAIL_WEIGHT = 4;
  // A Pareto exponent of 4 before there are data: heavier than any sound LAN.
  private static final double EXPONENT_PRIOR = 4;
  private static final double ALARM_SHARE = 0.01;
  private static final double FAR_SHARE = 5e-4;
  private static final double HAZARD_MIN = 1e-5;
  private static final double HAZARD_MAX = 0.99;

  /** The width of a bin in log(|z| + 1), which is where a Pareto tail has one hazard. */
  private static final double[] LOG_WIDTH = logWidth();

  private static final double[] NORMAL = normal();

  final double[] seen = new double[BINS];
  private final double[] censored = new double[BINS];
  private final double[] survival = new double[BINS + 1];
  private final double[] atRisk = new double[BINS + 1];
  private final Freshness freshness;
  private double alarmAt;
  private float alarmAtZ;
  private double alarmShare;
  private double farAt;
  private int usual;
  private int usualMax;
  private boolean calm;

  LatenessSurvival(Freshness freshness, double[] prior) {
    this.freshness = freshness;
    refresh(prior);
  }

  private static double[] logWidth() {
    double[] width = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      double from = Math.abs(LatenessScale.edge(b)) + 1;
      double to = Math.abs(LatenessScale.edge(b + 1)) + 1;
      width[b] = Math.abs(Math.log(to / from));
    }
    return width;
  }

  private static double[] normal() {
    double[] mass = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      double from = b == 0 ? 1 : Normal.survival(LatenessScale.edge(b) / PRIOR_SIGMA);
      double to = b == BINS - 1 ? 0 : Normal.survival(LatenessScale.edge(b + 1) / PRIOR_SIGMA);
      mass[b] = Math.max(0, from - to);
    }
    return mass;
  }

  /** The mass of the normal prior per bin, 1 in sum. */
  static double normal(int bin) {
    return NORMAL[bin];
  }

  /** A beat that came this late. */
  void arrived(double z) {
    seen[LatenessScale.bin(z)]++;
    freshness.counted(1);
    settle();
  }

  /** True when a beat is not so late that the cohort would be surprised. */
  boolean isUsual(float z) {
    return z < alarmAtZ;
  }

  /** True when a sample of the usual beats will do. */
  boolean isCalm() {
    return calm;
  }

  /** So many beats that are as {@link #isUsual} as this; true when {@link #settle} is due. */
  boolean usual(float z, int beats) {
    seen[LatenessScale.bin(z)] += beats;
    usual += beats;
    return usual >= usualMax;
  }

  /** Counts the usual beats towards the next rebuilding. */
  void settle() {
    freshness.counted(usual);
    usual = 0;
    usualMax = freshness.left();
    calm = freshness.isCalm();
  }

  /** A beat that was not there yet at this lateness, and not looked at further. */
  void reached(double z, double weight) {
    censored[LatenessScale.bin(z)] += weight;
    freshness.counted(1);
  }

  Freshness freshness() {
    return freshness;
  }

  /** Multiplies all counts. */
  void decay(double factor) {
    usualMax = freshness.left();
    calm = freshness.isCalm();
    for (int b = 0; b < BINS; b++) {
      seen[b] *= factor;
      censored[b] *= factor;
    }
  }

  /** Rebuilds the table from the counts and a prior in arrivals per bin. */
  void refresh(double[] prior) {
    for (int b = BINS - 1; b >= 0; b--) {
      atRisk[b] = atRisk[b + 1] + seen[b] + censored[b] + prior[b];
    }
    int tail = tailStart();
    double exponent = tailExponent(tail, prior);
    survival[0] = 1;
    for (int b = 0; b < BINS; b++) {
      double weight = b < tail ? 0 : TAIL_WEIGHT;
      double step = exponent * LOG_WIDTH[b];
      double events = seen[b] + prior[b] + weight * step / (1 + step / 2);
      double risk = atRisk[b] - censored[b] / 2 + weight + 1e-3;
      double hazard = Math.max(HAZARD_MIN, Math.min(HAZARD_MAX, events / risk));
      survival[b + 1] = survival[b] * (1 - hazard);
    }
    int late = LatenessScale.ZERO;
    while (late < BINS && survival[late] > ALARM_SHARE) {
      late++;
    }
    alarmAt = LatenessScale.edge(late);
    alarmAtZ = (float) alarmAt;
    alarmShare = survival[late];
    while (late < BINS && survival[late] > FAR_SHARE) {
      late++;
    }
    farAt = LatenessScale.edge(late);
  }

  /** A lateness that about one beat in a hundred reaches. */
  double alarmAt() {
    return alarmAt;
  }

  /** A lateness that about one beat in two thousand reaches. */
  double farAt() {
    return farAt;
  }

  /** The share of beats expected at {@link #alarmAt} or later. */
  double alarmShare() {
    return alarmShare;
  }

  private int tailStart() {
    double least = Math.max(TAIL_SHARE * atRisk[0], TAIL_COUNT);
    int b = LatenessScale.ZERO;
    while (b < BINS && atRisk[b] > least) {
      b++;
    }
    return b;
  }

  private double tailExponent(int tail, double[] prior) {
    double events = TAIL_WEIGHT * EXPONENT_PRIOR;
    double risk = TAIL_WEIGHT;
    for (int b = tail; b < BINS; b++) {
      events += seen[b] + prior[b];
      risk += (atRisk[b] - seen[b] / 2 - censored[b] / 2) * LOG_WIDTH[b];
    }
    return events / risk;
  }

  /** S(z): 1 far below the due time, never rising, never 0. */
  double at(double z) {
    if (z <= LatenessScale.Z_MIN) {
      return 1;
    }
    // How far z lies from the edge of its bin that is nearer to 0, read off the bits.
    long away = LatenessScale.away(z);
    double part = LatenessScale.part(away);
    int steps = LatenessScale.steps(away);
    int near = z >= 0 ? LatenessScale.ZERO + steps : LatenessScale.ZERO - steps;
    int far = z >= 0 ? near + 1 : near - 1;
    return far > BINS ? survival[BINS] : survival[near] + part * (survival[far] - survival[near]);
  }

  /** The z at which S is the given value: the inverse of {@link #at}. */
  double inverse(double value) {
    int low = 0;
    int high = BINS;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (survival[middle] > value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double part = (survival[low] - value) / (survival[low] - survival[high]);
    double from = LatenessScale.edge(low);
    return from + Math.max(0, Math.min(1, part)) * (LatenessScale.edge(high) - from);
  }
}
