package io.phial.node.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EntryListenerConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.RingbufferConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.map.listener.MapListener;
import java.util.UUID;

/**
 * Our own Hazelcast configuration, made anew for every start.
 *
 * <p>Three ideas: (1) <b>fenced</b>: one address, one port, only the members' protocol (so
 * Hazelcast clients, REST and memcache find no endpoint), no multicast, no phone-home, no Java
 * deserialisation beyond what Hazelcast's own error answers need; (2) <b>it follows</b>: gossip
 * tells it who is gone, its own detector is a slow second line; (3) <b>small</b>: few threads,
 * bounded event queue.
 */
final class HazelcastSettings {
  static final String VIEW_MAP = "phial.view";
  static final String VIEW_KEY = "view";
  static final String CLIENTS_MAP = "phial.clients";
  static final String EVENTS_RING = "phial.events";
  static final String MARKS_MAP = "phial.marks";
  static final String NODE_ATTRIBUTE = "phial.node";

  /** What vertx-hazelcast identifies its nodes by; new in every life. */
  static final String LIFE_ATTRIBUTE = "__vertx.nodeId";

  /** Where vertx-hazelcast keeps who listens to which address. */
  static final String SUBSCRIPTIONS = "__vertx.subs";

  /** Copies besides the owner's: two nodes may die at once without loss. */
  private static final int BACKUPS = 2;

  private HazelcastSettings() {}

  static Config config(ClusterOptions options, ClusterCodecs codecs, MapListener viewListener) {
    Config config = new Config();
    config.setClusterName(options.clusterName());
    config
        .getMemberAttributeConfig()
        .setAttribute(NODE_ATTRIBUTE, options.nodeId())
        .setAttribute(LIFE_ATTRIBUTE, UUID.randomUUID().toString());
    network(config, options);
    serialization(config, codecs);
    maps(config, viewListener);
    events(config, options);
    properties(config, options);
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    return config;
  }

  private static void network(Config config, ClusterOptions options) {
    ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(options.hazelcastPort()).setPortAutoIncrement(false).setReuseAddress(true);
    endpoint.getInterfaces().setEnabled(true).addInterface(options.bindAddress());
    endpoint
        .setSocketConnectTimeoutSeconds(3)
        .setSocketKeepAlive(true)
        .setSocketKeepIdleSeconds(10)
        .setSocketKeepIntervalSeconds(2)
        .setSocketKeepCount(3);
    AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
    network.setEnabled(true).setMemberEndpointConfig(endpoint);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    MemberNames names = new MemberNames(options.members());
    join.getDiscoveryConfig().setDiscoveryServiceProvider(settings -> names);
  }

  private static void serialization(Config config, ClusterCodecs codecs) {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    // Hazelcast answers a failed operation with its exception, Java-serialised: these are the
    // classes that such an answer is made of.
    filter
        .getWhitelist()
        .addPrefixes(
            "com.hazelcast.",
            "java.lang.",
            "[Ljava.lang.StackTraceElement;",
            "java.io.",
            "java.net.",
            "java.util.concurrent.",
            "java.util.Collections$")
        .addClasses("java.util.ArrayList", "java.util.ConcurrentModificationException");
    config
        .getSerializationConfig()
        .setAllowUnsafe(false)
        .setJavaSerializationFilterConfig(filter)
        .addDataSerializableFactory(WireObjects.FACTORY, new WireObjects(codecs));
  }

  private static void maps(Config config, MapListener viewListener) {
    MapConfig view = map(VIEW_MAP);
    view.addEntryListenerConfig(new EntryListenerConfig(viewListener, false, false));
    config.addMapConfig(view).addMapConfig(map(CLIENTS_MAP)).addMapConfig(map(MARKS_MAP));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(BACKUPS));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(BACKUPS));
    config.addMultiMapConfig(
        new MultiMapConfig(SUBSCRIPTIONS)
            .setBackupCount(BACKUPS)
            .setValueCollectionType(ValueCollectionType.SET));
  }

  /**
   * After a split the larger side's ring stays as it is; the nodes of the other side append their
   * own events again.
   */
  private static void events(Config config, ClusterOptions options) {
    config.addRingBufferConfig(
        new RingbufferConfig(EVENTS_RING)
            .setCapacity(options.eventsMax())
            .setBackupCount(BACKUPS)
            .setTimeToLiveSeconds(0)
            .setInMemoryFormat(InMemoryFormat.BINARY));
  }

  private static MapConfig map(String name) {
    return new MapConfig(name)
        .setBackupCount(BACKUPS)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setStatisticsEnabled(false)
        .setPerEntryStatsEnabled(false)
        .setMergePolicyConfig(new MergePolicyConfig(HigherVersionMergePolicy.class.getName(), 100));
  }

  private static void properties(Config config, ClusterOptions options) {
    set(config, "hazelcast.local.localAddress", options.bindAddress());
    set(config, "hazelcast.prefer.ipv4.stack", options.bindAddress().indexOf(':') < 0);
    set(config, "hazelcast.socket.bind.any", false);
    set(config, "hazelcast.phone.home.enabled", false);
    set(config, "hazelcast.shutdownhook.enabled", false);
    set(config, "hazelcast.logging.type", "slf4j");
    set(config, "hazelcast.logging.details.enabled", false);
    set(config, "hazelcast.member.naming.moby.enabled", false);
    joining(config, options);
    failures(config, options);
    threads(config);
  }

  private static void joining(Config config, ClusterOptions options) {
    set(config, "hazelcast.discovery.enabled", true);
    set(config, "hazelcast.wait.seconds.before.join", 0);
    set(config, "hazelcast.max.wait.seconds.before.join", 2);
    set(config, "hazelcast.max.join.seconds", options.startTimeout().toSeconds());
    set(config, "hazelcast.connect.all.wait.seconds", 5);
    set(config, "hazelcast.merge.first.run.delay.seconds", 5);
    set(config, "hazelcast.merge.next.run.delay.seconds", 5);
    set(config, "hazelcast.graceful.shutdown.max.wait", 5);
  }

  private static void failures(Config config, ClusterOptions options) {
    set(config, "hazelcast.heartbeat.interval.seconds", 1);
    set(config, "hazelcast.max.no.heartbeat.seconds", 30);
    set(config, "hazelcast.mastership.claim.timeout.seconds", 10);
    set(config, "hazelcast.operation.call.timeout.millis", options.operationTimeout().toMillis());
    // How long a write waits for a backup that hangs; it then counts as done.
    set(config, "hazelcast.operation.backup.timeout.millis", 1_000);
    set(config, "hazelcast.invocation.retry.pause.millis", 100);
    set(config, "hazelcast.partition.backup.sync.interval", 5);
  }

  private static void threads(Config config) {
    set(config, "hazelcast.io.thread.count", 1);
    set(config, "hazelcast.operation.thread.count", 2);
    set(config, "hazelcast.operation.generic.thread.count", 2);
    set(config, "hazelcast.operation.response.thread.count", 1);
    set(config, "hazelcast.event.thread.count", 2);
    set(config, "hazelcast.event.queue.capacity", 100_000);
    set(config, "hazelcast.health.monitoring.level", "OFF");
  }

  private static void set(Config config, String property, Object value) {
    config.setProperty(property, String.valueOf(value));
  }
}
