package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeLauncherTest {
  @Test
  void shouldTellANodeItsPortsAndItsPeers() {
    DemoNode one = new DemoNode("n1", NodePorts.from(20_001));
    DemoNode two = new DemoNode("n2", NodePorts.from(20_006));
    ClusterSpec spec = ClusterSpec.defaults().withNodeArgs(List.of("--log-level", "debug"));

    assertThat(String.join(" ", NodeLauncher.arguments(spec, "demo", two, List.of(one, two))))
        .isEqualTo(
            "--id n2 --bind 127.0.0.1 --cluster demo --gossip-port 20006 --hazelcast-port 20007"
                + " --tcp-port 20008 --udp-port 20009 --http-port 20010"
                + " --gossip-seeds 127.0.0.1:20001,127.0.0.1:20006"
                + " --hazelcast-members 127.0.0.1:20002,127.0.0.1:20007"
                + " --view hazelcast --print-events --log-level debug");
  }

  @Test
  void shouldMakeEveryClusterAnother() {
    NodeLauncher.Identity one = NodeLauncher.Identity.create();
    NodeLauncher.Identity two = NodeLauncher.Identity.create();

    assertThat(one.name()).startsWith("phial-demo-").isNotEqualTo(two.name());
    assertThat(one.secret()).hasSize(64).isNotEqualTo(two.secret());
  }
}
