package io.phial.node.cli;

import io.phial.client.StandingListener;
import io.phial.client.UdpFleet;
import io.phial.core.wire.Endpoint;
import io.phial.node.config.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Is very many clients at once. One JSON line a second says how they stand, the last one sums up.
 * Lines on standard input steer it: {@code abandon FROM UNTIL} stops clients without a goodbye,
 * {@code stop} ends it.
 */
@Command(
    name = "bench",
    description = {
      "Load nodes with many clients from one process and report.",
      "Lines on standard input: 'abandon FROM UNTIL' stops these clients without a goodbye, 'stop'"
          + " ends."
    })
final class BenchCommand implements Callable<Integer> {
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);
  private static final long TURN_MILLIS = 50;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final StopSignals signals;
  private final Histogram roundTrips = new ConcurrentHistogram(1_000, LATENCY_NANOS_MAX, 3);
  private final Histogram lateness = new ConcurrentHistogram(1_000, LATENCY_NANOS_MAX, 3);
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong redirected = new AtomicLong();
  private volatile boolean stopAsked;

  @Option(
      names = "--protocol",
      paramLabel = "udp",
      defaultValue = "udp",
      description = "How beats travel (default: ${DEFAULT-VALUE}, the only one so far).")
  private String protocol = "";

  @Option(
      names = "--nodes",
      paramLabel = "HOST:PORT,…",
      split = ",",
      defaultValue = "127.0.0.1:7070",
      description = "Nodes; clients begin at them in turn (default: ${DEFAULT-VALUE}).")
  private List<String> nodes = List.of();

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many clients, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "Promised time between beats (default: ${DEFAULT-VALUE}).")
  private String interval = "";

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private String duration = "";

  @Option(
      names = "--jitter",
      paramLabel = "DURATION",
      defaultValue = "0s",
      description = "Each beat is late by up to this at random (default: ${DEFAULT-VALUE}).")
  private String jitter = "";

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      defaultValue = "bench-",
      description = "Ids are this and a number from 0 (default: ${DEFAULT-VALUE}).")
  private String idPrefix = "";

  @Option(
      names = "--sockets",
      paramLabel = "N",
      defaultValue = "4",
      description = "Sockets that the clients share, 1 to 256 (default: ${DEFAULT-VALUE}).")
  private int sockets;

  @Option(
      names = "--starts-per-second",
      paramLabel = "N",
      defaultValue = "5000",
      description = "How quickly clients begin to register (default: ${DEFAULT-VALUE}).")
  private int startsPerSecond;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of phases and jitter (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Spec private CommandSpec spec;

  BenchCommand(StopSignals signals) {
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!protocol.equals("udp")) {
      throw new ParameterException(spec.commandLine(), "--protocol must be udp, was " + protocol);
    }
    Duration lasts = duration("--duration", duration);
    UdpFleet.Options options = options();
    signals.install(TimeUnit.SECONDS.toMillis(10));
    UdpFleet fleet = new UdpFleet(options, new Ears(), this::late);
    try {
      fleet.start();
      startSteering(fleet);
      long begun = System.nanoTime();
      long reported = begun;
      while (!isOver(begun, lasts)) {
        TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
        if (System.nanoTime() - reported >= REPORT_NANOS) {
          reported += REPORT_NANOS;
          report("status", fleet.totals(), begun);
        }
      }
      // The last turn of counting.
      TimeUnit.MILLISECONDS.sleep(4 * TURN_MILLIS);
      report("summary", fleet.totals(), begun);
      return fleet.totals().acknowledged() > 0 ? Main.OK : Main.FAILED;
    } finally {
      fleet.close();
      signals.finished();
    }
  }

  private boolean isOver(long begun, Duration lasts) {
    return stopAsked || signals.isRequested() || System.nanoTime() - begun > lasts.toNanos();
  }

  private UdpFleet.Options options() {
    List<Endpoint> endpoints =
        nodes.stream()
            .map(node -> read("--nodes", "host:port", node.strip(), Endpoint::parse))
            .toList();
    try {
      return new UdpFleet.Options(
          endpoints,
          clients,
          idPrefix,
          duration("--interval", interval),
          duration("--jitter", jitter).toNanos(),
          sockets,
          startsPerSecond,
          System.currentTimeMillis(),
          seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private Duration duration(String option, String text) {
    return read(option, "a duration such as 500ms", text, Durations::parse);
  }

  private void late(long nanos) {
    lateness.recordValue(Math.max(0, Math.min(nanos, LATENCY_NANOS_MAX)));
  }

  /** A daemon: it ends with the process, for reading cannot be interrupted. */
  private void startSteering(UdpFleet fleet) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  steer(fleet, line.strip());
                }
              } catch (IOException e) {
                // No more commands.
              }
            },
            "phial-bench-stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private void steer(UdpFleet fleet, String line) {
    if (line.equals("stop")) {
      stopAsked = true;
    } else if (line.matches("abandon \\d{1,7} \\d{1,7}")) {
      String[] words = line.split(" ", -1);
      fleet.abandon(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      out(
          "{\"line\":\"abandoned\",\"at\":%d,\"from\":%s,\"until\":%s}",
          System.currentTimeMillis(), words[1], words[2]);
    } else if (!line.isEmpty()) {
      spec.commandLine().getErr().println("command must be abandon FROM UNTIL or stop");
    }
  }

  private void report(String kind, UdpFleet.Totals totals, long begun) {
    Histogram trips = roundTrips.copy();
    Histogram late = lateness.copy();
    out(
        "{\"line\":\"%s\",\"seconds\":%.1f,\"started\":%d,\"registered\":%d,\"beats\":%d,"
            + "\"acknowledged\":%d,\"registrations\":%d,\"refused\":%d,\"redirected\":%d,"
            + "\"sendsFailed\":%d,\"roundTripMs\":%s,\"lateMs\":%s}",
        kind,
        (System.nanoTime() - begun) / 1e9,
        totals.started(),
        totals.registered(),
        totals.beats(),
        totals.acknowledged(),
        totals.registrations(),
        refused.get(),
        redirected.get(),
        totals.sendsFailed(),
        percentiles(trips),
        percentiles(late));
  }

  private static String percentiles(Histogram nanos) {
    return String.format(
        Locale.ROOT,
        "{\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}",
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        nanos.getMaxValue() / 1e6);
  }

  private void out(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    synchronized (out) {
      out.println(String.format(Locale.ROOT, format, values));
      out.flush();
    }
  }

  private <T> T read(String option, String bound, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), option + " must be " + bound + ", was " + text, e);
    }
  }

  /** Hears of all clients. */
  private final class Ears implements StandingListener {
    @Override
    public void onAcknowledged(Endpoint node, Duration roundTrip) {
      roundTrips.recordValue(Math.max(0, Math.min(roundTrip.toNanos(), LATENCY_NANOS_MAX)));
    }

    @Override
    public void onRefused(Endpoint node, String reason, Duration retryAfter) {
      refused.incrementAndGet();
    }

    @Override
    public void onRedirected(Endpoint from, Endpoint to) {
      redirected.incrementAndGet();
    }
  }
}
