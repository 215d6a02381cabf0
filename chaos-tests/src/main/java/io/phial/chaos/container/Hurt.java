package io.phial.chaos.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/** Faults of containers and of their network, and how they are healed; and what they logged. */
final class Hurt {
  private static final int HELPER_SECONDS = 20;

  private Hurt() {}

  static void pause(String id) {
    Engine.client().pauseContainerCmd(id).exec();
  }

  static void resume(String id) {
    Engine.client().unpauseContainerCmd(id).exec();
  }

  static void kill(String id) {
    Engine.client().killContainerCmd(id).withSignal("KILL").exec();
  }

  /** SIGTERM, and SIGKILL after so many seconds, as the kubelet does. */
  static void stop(String id, int seconds) {
    Engine.client().stopContainerCmd(id).withTimeout(seconds).exec();
  }

  static void start(String id) {
    Engine.client().startContainerCmd(id).exec();
  }

  static void disconnect(String network, String id) {
    Engine.client().disconnectFromNetworkCmd().withNetworkId(network).withContainerId(id).exec();
  }

  static void connect(String network, String id, String address, List<String> aliases) {
    Engine.client()
        .connectToNetworkCmd()
        .withNetworkId(network)
        .withContainerId(id)
        .withContainerNetwork(
            new ContainerNetwork()
                .withAliases(aliases)
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address)))
        .exec();
  }

  /** Drops what comes from an address: a block of one direction, silent to both sides. */
  static void block(String id, String from) {
    net(id, "iptables -A INPUT -s " + from + " -j DROP");
  }

  /** Drops a share of what comes from an address. */
  static void lose(String id, String from, double share) {
    net(
        id,
        "iptables -A INPUT -s "
            + from
            + " -m statistic --mode random --probability "
            + share
            + " -j DROP");
  }

  /** Takes all blocks and losses away. */
  static void heal(String id) {
    net(id, "iptables -F INPUT");
  }

  // A container of its own that shares the other's network: that one needs no right and no tool.
  private static void net(String id, String command) {
    String helper =
        Engine.client()
            .createContainerCmd(Engine.TOOLS)
            .withCmd("sh", "-c", command)
            .withLabels(DockerClientFactory.DEFAULT_LABELS)
            .withHostConfig(
                new HostConfig()
                    .withNetworkMode("container:" + id)
                    .withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW))
            .exec()
            .getId();
    try {
      Engine.client().startContainerCmd(helper).exec();
      int code =
          Engine.client()
              .waitContainerCmd(helper)
              .start()
              .awaitStatusCode(HELPER_SECONDS, TimeUnit.SECONDS);
      if (code != 0) {
        throw new DemoException("'" + command + "' ended with " + code + ": " + log(helper));
      }
    } finally {
      Engine.client().removeContainerCmd(helper).withForce(true).exec();
    }
  }

  /** Everything that a container has written, by line. */
  static List<String> log(String id) {
    StringBuilder text = new StringBuilder();
    try (var callback =
        new ResultCallback.Adapter<Frame>() {
          @Override
          public void onNext(Frame frame) {
            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
          }
        }) {
      Engine.client()
          .logContainerCmd(id)
          .withStdOut(true)
          .withStdErr(true)
          .exec(callback)
          .awaitCompletion(HELPER_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new DemoException("log of " + id + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new ArrayList<>(text.toString().lines().toList());
  }

  /** Resident memory of all processes of a container, in MiB, as the kernel counts it. */
  static double residentMebibytes(String id) {
    Long pid = Engine.client().inspectContainerCmd(id).exec().getState().getPidLong();
    if (pid == null) {
      throw new DemoException("container " + id + " does not run");
    }
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D+", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      throw new DemoException("memory of " + id + ": " + e.getMessage());
    }
    throw new DemoException("no memory told for " + id);
  }
}
