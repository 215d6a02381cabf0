package io.phial.core.phi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What phi promises is what happens, on every network with one setting. */
class CalibrationTest {
  private static final double[] THRESHOLDS = {2, 3, 4};
  private static final Trace LAN = Trace.lognormal(1, 1, 1e-4);
  private static final Trace LOSS10 = Trace.lognormal(5, 1, 0.1);

  @TestFactory
  Stream<DynamicTest> shouldMistakeAboutOneBeatInTenToThePhi() {
    Map<String, Trace> traces = new LinkedHashMap<>();
    traces.put("lan", LAN);
    traces.put("loss10", LOSS10);
    traces.put("loss30", Trace.lognormal(5, 1, 0.3));
    traces.put("dc", Trace.lognormal(5, 3, 1e-3));
    traces.put("mobile", Trace.lognormal(300, 2, 0.03));
    traces.put("bursts", Trace.bursty(Trace.lognormal(20, 1, 0), 0.005, 0.7));
    return traces.entrySet().stream()
        .flatMap(
            e ->
                Stream.of(2.0, 3.0)
                    .map(
                        phi ->
                            DynamicTest.dynamicTest(
                                e.getKey() + " at phi " + phi,
                                () -> check(e.getKey(), phi, e.getValue()))));
  }

  private static void check(String name, double phi, Trace... traces) {
    PhiOptions options = PhiOptions.defaults().withLearnPhi(phi);
    Fleet fleet = new Fleet(options, Trace.SECOND, 50, 42, THRESHOLDS, traces);
    fleet.run(8_000, 500);
    int index = List.of(2.0, 3.0).indexOf(phi);
    assertThat(fleet.observed(index)).as(name).isBetween(phi - 1, phi + 1);
  }
}
