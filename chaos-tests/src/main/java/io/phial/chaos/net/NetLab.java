package io.phial.chaos.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small network of its own on this machine: hosts as network namespaces, joined by veth pairs to
 * a bridge that has a namespace too, so that nothing touches the machine's own network. Its links
 * can lose, block and break. Needs Linux, root, {@code ip} and {@code iptables}.
 *
 * <p>Namespaces are named after the process that made them. What a crashed process left behind is
 * removed when the next lab opens. Losses are made where frames arrive, as a drop at the sender
 * would be an error there. Not thread-safe.
 */
public final class NetLab implements AutoCloseable {
  /** The first three parts of every address. */
  static final String NETWORK = "10.77.0.";

  /** Most hosts in a lab. */
  public static final int HOSTS_MAX = 50;

  private static final Pattern NAME = Pattern.compile("phial-(\\d+)-\\d+-\\w+");
  private static final AtomicInteger LABS = new AtomicInteger();

  private final String label;
  private final List<Host> hosts = new ArrayList<>();

  private NetLab(String label) {
    this.label = label;
  }

  /** Why there can be no lab on this machine, in one sentence; empty when there can be one. */
  public static Optional<String> obstacle() throws InterruptedException {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("network namespaces need Linux");
    }
    try {
      if (!Tool.run("id", "-u").strip().equals("0")) {
        return Optional.of("network namespaces need root");
      }
    } catch (IOException e) {
      return Optional.of("id does not run: " + e.getMessage());
    }
    try (NetLab lab = open(1)) {
      lab.loss(lab.hosts().get(0), 0.5);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no network namespaces with iptables here: " + e.getMessage());
    }
  }

  /**
   * Makes a network of hosts that all reach each other.
   *
   * @param count 1 to {@value #HOSTS_MAX}
   * @throws IOException when the system refuses; nothing is left then
   */
  public static NetLab open(int count) throws IOException, InterruptedException {
    if (count < 1 || count > HOSTS_MAX) {
      throw new IllegalArgumentException("count must be 1 to 50, was " + count);
    }
    sweep();
    NetLab lab =
        new NetLab("phial-" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet());
    try {
      lab.build(count);
    } catch (IOException | InterruptedException | RuntimeException e) {
      lab.close();
      throw e;
    }
    return lab;
  }

  private void build(int count) throws IOException, InterruptedException {
    String hub = hub();
    Tool.run("ip", "netns", "add", hub);
    Tool.run("ip", "-n", hub, "link", "add", "br0", "type", "bridge");
    Tool.run("ip", "-n", hub, "link", "set", "br0", "up");
    for (int i = 1; i <= count; i++) {
      Host host = new Host(label + "-h" + i, i);
      String name = host.namespace();
      Tool.run("ip", "netns", "add", name);
      hosts.add(host);
      String port = "v" + i;
      Tool.run(
          "ip", "link", "add", port, "netns", hub, "type", "veth", "peer", "name", "eth0", "netns",
          name);
      Tool.run("ip", "-n", hub, "link", "set", port, "master", "br0", "up");
      Tool.run("ip", "-n", name, "addr", "add", host.address() + "/24", "dev", "eth0");
      Tool.run("ip", "-n", name, "link", "set", "eth0", "up");
      Tool.run("ip", "-n", name, "link", "set", "lo", "up");
    }
  }

  private String hub() {
    return label + "-hub";
  }

  /** The hosts, the first one first. */
  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  /**
   * A share of all packets that arrive at a host is lost, each by chance, loopback excepted.
   *
   * @param share more than 0, less than 1
   */
  public void loss(Host host, double share) throws IOException, InterruptedException {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be between 0 and 1, was " + share);
    }
    String probability = String.format(Locale.ROOT, "%.5f", share);
    drop(host, "-i", "eth0", "-m", "statistic", "--mode", "random", "--probability", probability);
  }

  /** Nothing that one host sends arrives at the other; the way back stays open. */
  public void block(Host from, Host to) throws IOException, InterruptedException {
    drop(to, "-s", from.address());
  }

  /** Nothing arrives at a host any more, loopback excepted; what it sends still does elsewhere. */
  public void deafen(Host host) throws IOException, InterruptedException {
    drop(host, "-i", "eth0");
  }

  /** The host's cable is pulled, or plugged in again. */
  public void plug(Host host, boolean in) throws IOException, InterruptedException {
    Tool.run("ip", "-n", hub(), "link", "set", "v" + host.number(), in ? "up" : "down");
  }

  private static void drop(Host at, String... match) throws IOException, InterruptedException {
    List<String> rule = new ArrayList<>(List.of("iptables", "-w", "-A", "INPUT"));
    rule.addAll(List.of(match));
    rule.addAll(List.of("-j", "DROP"));
    Tool.run(at.command(rule));
  }

  /** Ends all loss and all blocks; pulled cables stay pulled. */
  public void heal() throws IOException, InterruptedException {
    for (Host host : hosts) {
      Tool.run(host.command(List.of("iptables", "-w", "-F", "INPUT")));
    }
  }

  /** Asks a server on a host by HTTP, from that host. */
  public String get(Host host, int port, String path) throws IOException, InterruptedException {
    String script =
        "exec 3<>/dev/tcp/%s/%d; printf 'GET %s HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
            .formatted(host.address(), port, path);
    String answer = Tool.run(host.command(List.of("timeout", "10", "bash", "-c", script)));
    int body = answer.indexOf("\r\n\r\n");
    if (body < 0 || !answer.startsWith("HTTP/1.") || !answer.substring(9).startsWith("200")) {
      throw new IOException(path + " answered " + answer.lines().findFirst().orElse("nothing"));
    }
    return answer.substring(body + 4);
  }

  /** What a server on a host sends within three seconds over an answer that does not end. */
  public String stream(Host host, int port, String path) throws IOException, InterruptedException {
    String script =
        "exec 3<>/dev/tcp/%s/%d; printf 'GET %s HTTP/1.0\\r\\n\\r\\n' >&3; timeout 3 cat <&3; true"
            .formatted(host.address(), port, path);
    return Tool.run(host.command(List.of("timeout", "10", "bash", "-c", script)));
  }

  /** Removes the namespaces; processes on the hosts lose their network and are not ended. */
  @Override
  public void close() {
    for (Host host : hosts) {
      remove(host.namespace());
    }
    remove(hub());
    hosts.clear();
  }

  /** Removes what labs of processes that are gone left behind, and the processes on their hosts. */
  static void sweep() throws IOException, InterruptedException {
    for (String line : Tool.run("ip", "netns", "list").split("\n", -1)) {
      Matcher name = NAME.matcher(line.split(" ", 2)[0]);
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        for (String pid : Tool.run("ip", "netns", "pids", name.group()).split("\\s+", -1)) {
          if (!pid.isBlank()) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
          }
        }
        remove(name.group());
      }
    }
  }

  private static void remove(String namespace) {
    boolean interrupted = Thread.interrupted();
    try {
      Tool.run("ip", "netns", "del", namespace);
    } catch (IOException e) {
      // It was never made, or is gone; whatever stays, the next lab removes.
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
