package io.phial.core.phi;

import static io.phial.core.phi.Trace.MILLI;
import static io.phial.core.phi.Trace.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a cohort does when its network becomes another one, and when nothing of it changed. */
class ShiftTest {
  private static final double PHI = 3;
  private static final int CLIENTS = 100;
  private static final Trace LAN = Trace.lognormal(1, 1, 1e-4);
  private static final Trace MOBILE = Trace.lognormal(300, 2, 0.03);

  private final PhiOptions options = PhiOptions.defaults().withLearnPhi(PHI);

  @Test
  void shouldFollowAShiftOfTheWholeCohort() {
    Trace[] trace = {LAN};
    Trace shifting = random -> trace[0].delayNanos(random);
    Fleet fleet = new Fleet(options, SECOND, CLIENTS, 5, new double[] {PHI}, shifting);
    fleet.run(2_000, 200);
    assertThat(fleet.alarms()).isZero();
    trace[0] = MOBILE;
    fleet.forget();
    fleet.run(100, 0);
    // The hundred beats after the shift: within ten times what phi promises.
    assertThat(fleet.observed(0)).isGreaterThan(PHI - 1);
    assertThat(fleet.alarms()).isPositive();
    fleet.forget();
    fleet.run(2_000, 0);
    assertThat(fleet.observed(0)).isBetween(PHI - 0.5, PHI + 0.5);
  }

  @Test
  void shouldNotBeAlarmedByASteadyNetwork() {
    Fleet fleet =
        new Fleet(
            options,
            SECOND,
            CLIENTS,
            6,
            new double[] {PHI},
            LAN,
            MOBILE,
            Trace.lognormal(5, 1, 0.3),
            Trace.bursty(Trace.lognormal(20, 1, 0), 0.005, 0.7));
    fleet.run(3_000, 0);
    assertThat(fleet.alarms()).isZero();
  }

  @Test
  void shouldCountACutOfTheWholeCohortForNothing() {
    Cohort cohort = new Cohort(options);
    CalibratedModel model = new CalibratedModel(options, cohort);
    long[] state = new long[CLIENTS * ArrivalModel.WORDS];
    for (int c = 0; c < CLIENTS; c++) {
      model.start(state, c * ArrivalModel.WORDS, SECOND, 0);
    }
    long now = round(model, state, SECOND, 200);
    long before = model.deadlineNanos(state, 0, 4) - model.lastArrivalNanos(state, 0);
    now = round(model, state, now + 600 * SECOND, 1);
    round(model, state, now, 1);
    cohort.refresh();
    long after = model.deadlineNanos(state, 0, 4) - model.lastArrivalNanos(state, 0);
    assertThat((double) after).isBetween(0.9 * before, 1.1 * before);
  }

  private long round(CalibratedModel model, long[] state, long from, int rounds) {
    long now = from;
    for (int n = 0; n < rounds; n++, now += SECOND) {
      for (int c = 0; c < CLIENTS; c++) {
        int at = c * ArrivalModel.WORDS;
        long arrival = now + c % 7 * MILLI;
        boolean learn = model.deadlineNanos(state, at, PHI) - arrival > 0;
        model.onArrival(state, at, arrival, 1, learn);
      }
    }
    return now;
  }
}
