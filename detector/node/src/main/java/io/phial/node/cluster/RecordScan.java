package io.phial.node.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicates;
import io.phial.core.registry.ClientRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One pass over the client records, some partitions at a time, filtered where they are kept.
 * Blocks: runs on the scan threads only. Memory: the records that match, and one chunk's bytes.
 */
final class RecordScan {
  /** Partitions in one query: 9 queries for the usual 271. */
  private static final int CHUNK_PARTITIONS = 32;

  private final IMap<String, byte[]> clients;
  private final PartitionService partitions;
  private final ClusterCodecs codecs;
  private final ClusterMeters meters;
  private List<String> partitionKeys = List.of();

  RecordScan(
      IMap<String, byte[]> clients,
      PartitionService partitions,
      ClusterCodecs codecs,
      ClusterMeters meters) {
    this.clients = clients;
    this.partitions = partitions;
    this.codecs = codecs;
    this.meters = meters;
  }

  /**
   * The matching records by id.
   *
   * @param abandoned asked between chunks; the pass ends early when nobody waits for it any more
   */
  Map<String, ClientRecord> run(RecordFilter filter, BooleanSupplier abandoned) {
    List<String> keys = partitionKeys();
    Map<String, ClientRecord> found = new HashMap<>();
    for (int from = 0; from < keys.size() && !abandoned.getAsBoolean(); from += CHUNK_PARTITIONS) {
      Set<String> chunk =
          Set.copyOf(keys.subList(from, Math.min(keys.size(), from + CHUNK_PARTITIONS)));
      for (byte[] packed : clients.values(Predicates.multiPartitionPredicate(chunk, filter))) {
        decode(packed, found);
      }
    }
    return found;
  }

  private void decode(byte[] packed, Map<String, ClientRecord> found) {
    try {
      ClientRecord record = codecs.record().decode(VersionedBytes.value(packed));
      found.put(record.spec().id(), record);
    } catch (IllegalArgumentException e) {
      meters.recordsMalformed.increment();
    }
  }

  /** A key of each partition, found by trying; the partitions of a cluster never change. */
  private synchronized List<String> partitionKeys() {
    if (partitionKeys.isEmpty()) {
      int count = partitions.getPartitions().size();
      Map<Integer, String> keyOf = new HashMap<>();
      for (int i = 0; keyOf.size() < count; i++) {
        String key = "p" + i;
        keyOf.putIfAbsent(partitions.getPartition(key).getPartitionId(), key);
      }
      partitionKeys =
          keyOf.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .collect(Collectors.toCollection(ArrayList::new));
    }
    return partitionKeys;
  }
}
