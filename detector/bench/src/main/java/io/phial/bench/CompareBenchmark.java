package io.phial.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A beat and a question for the suspicion of the same client, over one client or many in random
 * order, in virtual time: everybody beats once a second with some milliseconds of jitter, and is
 * asked for at eight moments of the second after. {@code Main compare} makes a table of it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms3g", "-Xmx6g", "-XX:+UseSerialGC", "-XX:-UsePerfData"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompareBenchmark {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long TICK_NANOS = 10_000_000L;
  private static final int SEED = 7;
  private static final int JITTERS = 1 << 10;
  private static final int FEW = 100_000;
  private static final int BEATS_OF_MANY = 16;

  /** Beats taken together. */
  static final int BATCH = 64;

  /** Whose detector. */
  @Param({"phial", "cassandra", "hazelcast", "pekko"})
  private String detector;

  /**
   * Clients; 1 means hot. The others then have one object, ours some thousand clients in order: its
   * cohort's tables are made anew after a second of the clock, with one client at every beat.
   */
  @Param({"1", "100000", "1000000"})
  private int clients;

  private Fleet<?> fleet;
  private final long[] jitter = new long[JITTERS];
  private int[] order;
  private long stepNanos;
  private long nowNanos;
  private long tickedNanos;
  private int next;
  private int asked;
  private final int[] batch = new int[BATCH];
  private int round;

  /** Makes the clients and lets each beat until its window is full, or 16 times if many. */
  @Setup(Level.Trial)
  public void fill() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < JITTERS; i++) {
      jitter[i] = (long) (-2e6 * Math.log(1 - random.nextDouble()));
    }
    nowNanos = SECOND_NANOS;
    fleet = create(detector, Fleet.ids(clients), nowNanos);
    stepNanos = SECOND_NANOS / clients;
    int beats = clients <= FEW || detector.equals("cassandra") ? Fleet.WINDOW + 1 : BEATS_OF_MANY;
    order = order(clients, random);
    for (int place = 0; place < clients; place++) {
      for (int beat = 1; beat <= beats; beat++) {
        long at = nowNanos + beat * SECOND_NANOS + place * stepNanos;
        at += jitter[(place + beat) & (JITTERS - 1)];
        fleet.beat(order[place], at, at);
      }
    }
    nowNanos += (beats + 1) * SECOND_NANOS;
    tickedNanos = nowNanos;
    next = clients - 1;
  }

  static Fleet<?> create(String detector, String[] ids, long nowNanos) {
    return switch (detector) {
      case "phial" -> new PhialFleet(ids, nowNanos);
      case "cassandra" -> new CassandraFleet(ids);
      case "hazelcast" -> new HazelcastFleet(ids);
      case "pekko" -> new PekkoFleet(ids);
      default -> throw new IllegalArgumentException("detector=" + detector);
    };
  }

  static int[] order(int clients, SplittableRandom random) {
    int[] order = new int[clients];
    for (int i = 0; i < clients; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private long jitter() {
    return jitter[(next + round) & (JITTERS - 1)];
  }

  private int step() {
    if (++next == clients) {
      next = 0;
      round++;
    }
    nowNanos += stepNanos;
    return order[next];
  }

  private long later(long at) {
    return at + (asked++ & 7) * (SECOND_NANOS / 8);
  }

  /** The caller has the detector at hand. */
  @Benchmark
  public double handle() {
    int client = step();
    long at = nowNanos + jitter();
    return fleet.beat(client, at, later(at));
  }

  /** The caller has the id of the client. */
  @Benchmark
  public double id() {
    int client = step();
    long at = nowNanos + jitter();
    return fleet.beatById(client, at, later(at));
  }

  /** By handle, 64 beats at a time, as a queue or a forwarded packet brings them. Ours only. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double batch() {
    for (int i = 0; i < BATCH; i++) {
      batch[i] = step();
    }
    long at = nowNanos + jitter();
    return ((PhialFleet) fleet).batch(batch, at, later(at));
  }

  /** By handle, and whoever falls silent would be told of: the wheel runs too. Ours only. */
  @Benchmark
  public double judged() {
    int client = step();
    if (nowNanos - tickedNanos >= TICK_NANOS) {
      tickedNanos = nowNanos;
      fleet.tick(nowNanos);
    }
    long at = nowNanos + jitter();
    return fleet.beat(client, at, at);
  }

  /** When the suspicion will reach 8. Ours only. */
  @Benchmark
  public long deadline() {
    return ((PhialFleet) fleet).deadline(step(), nowNanos);
  }

  /** What was measured must have been the usual case. */
  @TearDown(Level.Trial)
  public void check() {
    if (fleet instanceof PhialFleet ours && ours.mistakes() > 0) {
      throw new IllegalStateException("mistakes=" + ours.mistakes());
    }
  }
}
