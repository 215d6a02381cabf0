package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final long TICK_NANOS = Rounds.TICK_MILLIS * 1_000_000;

  private static final class Due implements Rounds.Item {
    final long intervalNanos;
    final List<Long> visits = new ArrayList<>();
    long dueNanos;
    boolean over;

    Due(long intervalNanos) {
      this.intervalNanos = intervalNanos;
      this.dueNanos = intervalNanos;
    }

    @Override
    public long dueNanos() {
      return dueNanos;
    }

    @Override
    public void onDue(long nowNanos) {
      visits.add(nowNanos);
      dueNanos = nowNanos + intervalNanos;
    }

    @Override
    public boolean isOver() {
      return over;
    }
  }

  @Property(tries = 50)
  void shouldVisitNeitherEarlyNorMuchLater(
      @ForAll @LongRange(min = 1, max = 200_000_000_000L) long intervalNanos) {
    Rounds<Due> rounds = new Rounds<>(0);
    Due due = new Due(intervalNanos);
    rounds.add(due);
    for (long now = 0; now < 4 * intervalNanos + 2 * TICK_NANOS && now < 900e9; now += TICK_NANOS) {
      rounds.turn(now);
    }
    assertThat(due.visits).isNotEmpty();
    assertThat(due.visits.get(0)).isBetween(intervalNanos, intervalNanos + 2 * TICK_NANOS);
  }

  @Test
  void shouldForgetWhatIsOver() {
    Rounds<Due> rounds = new Rounds<>(0);
    Due due = new Due(TICK_NANOS);
    rounds.add(due);
    due.over = true;
    rounds.turn(10 * TICK_NANOS);
    due.over = false;
    rounds.turn(2000 * TICK_NANOS);
    assertThat(due.visits).isEmpty();
  }
}
