package io.phial.node.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import com.hazelcast.spi.discovery.integration.DiscoveryService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where members may be: every address behind each configured name, looked up anew each time that
 * Hazelcast joins or looks for a cluster to merge with. (Its own list of members takes one address
 * a name, which behind the name of all nodes may well be the asking node's.) Threads may share it;
 * it blocks as long as a look-up takes.
 */
final class MemberNames implements DiscoveryService {
  private static final Logger LOG = LoggerFactory.getLogger(MemberNames.class);

  private final List<String> members;

  /**
   * @param members {@code host:port} each
   */
  MemberNames(List<String> members) {
    this.members = List.copyOf(members);
  }

  /** All addresses, each once: in the order of the settings, those of one name in their own. */
  List<InetSocketAddress> addresses() {
    List<InetSocketAddress> found = new ArrayList<>();
    for (String member : members) {
      int port = Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
      try {
        Arrays.stream(InetAddress.getAllByName(host(member)))
            .sorted(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned))
            .map(address -> new InetSocketAddress(address, port))
            .filter(address -> !found.contains(address))
            .forEach(found::add);
      } catch (UnknownHostException e) {
        LOG.debug("nobody is called {} yet", member);
      }
    }
    return found;
  }

  /** True when a member is given by a name, behind which others may come and go. */
  boolean holdsNames() {
    return members.stream().map(MemberNames::host).anyMatch(host -> !isLiteral(host));
  }

  private static String host(String member) {
    String host = member.substring(0, member.lastIndexOf(':'));
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  @Override
  public void start() {
    // Nothing to open.
  }

  @Override
  public Iterable<DiscoveryNode> discoverNodes() {
    List<DiscoveryNode> nodes = new ArrayList<>();
    for (InetSocketAddress address : addresses()) {
      nodes.add(new SimpleDiscoveryNode(new Address(address)));
    }
    return nodes;
  }

  @Override
  public Map<String, String> discoverLocalMetadata() {
    return Map.of();
  }

  @Override
  public void destroy() {
    // Nothing to close.
  }
}
