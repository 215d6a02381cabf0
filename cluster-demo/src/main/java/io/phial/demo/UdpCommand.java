package io.phial.demo;

import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The twin of {@code udp_client.py} for machines without Python, by the SDK. */
@Command(
    name = "udp",
    hidden = true,
    description = "Beats over UDP.",
    mixinStandardHelpOptions = true)
final class UdpCommand implements Callable<Integer> {
  @Parameters(index = "0", description = "The client's id.")
  private String id = "";

  @Parameters(index = "1", split = ",", description = "The nodes' UDP endpoints.")
  private List<String> nodes = List.of();

  @Parameters(index = "2", description = "Seconds between beats.", defaultValue = "1")
  private double intervalSeconds;

  @Override
  public Integer call() throws InterruptedException {
    InputWatch.endWithInput();
    List<Endpoint> endpoints = nodes.stream().map(Endpoint::parse).toList();
    try (Phial phial =
        Phial.builder()
            .id(id)
            .nodes(endpoints)
            .transport(Transport.UDP)
            .interval(Duration.ofMillis((long) (intervalSeconds * 1000)))
            .connect()) {
      System.out.println("connecting as " + id + " to " + phial.standing().node());
      // It beats on the SDK's thread until the process is killed or its input ends.
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
