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
    assertThat(one.secret()).hasSize(32).isNotEqualTo(two.secret());
  }

  @Test
  void shouldQuoteTheErrorOfALog() {
    String log = "10:00 INFO node starts\n\n10:01 ERROR node cannot be made\njava.X: why\n\tat a\n";

    assertThat(NodeLauncher.reason(log)).isEqualTo("10:01 ERROR node cannot be made java.X: why");
    assertThat(NodeLauncher.reason("one\ntwo\n")).isEqualTo("two");
    assertThat(NodeLauncher.reason("")).isEqualTo("it logged nothing");
  }
}
