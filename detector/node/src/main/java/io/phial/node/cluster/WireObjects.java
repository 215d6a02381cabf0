package io.phial.node.cluster;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/**
 * Creates the few objects of ours that travel between Hazelcast members, by number, so that no
 * class name and no Java serialisation is involved. Numbers are for ever; a new one needs all
 * members to know it before it is sent.
 */
final class WireObjects implements DataSerializableFactory {
  static final int FACTORY = 0x50484941;
  static final int VIEW_SWAP = 1;
  static final int RECORD_FILTER = 2;
  static final int MERGE_POLICY = 3;

  private final ClusterCodecs codecs;

  WireObjects(ClusterCodecs codecs) {
    this.codecs = codecs;
  }

  @Override
  @SuppressWarnings("NullAway") // Hazelcast takes null for "not mine"
  public IdentifiedDataSerializable create(int typeId) {
    return switch (typeId) {
      case VIEW_SWAP -> new ViewSwap();
      case RECORD_FILTER -> new RecordFilter(codecs);
      case MERGE_POLICY -> new HigherVersionMergePolicy();
      default -> throw new IllegalArgumentException("typeId must be 1 to 3, was " + typeId);
    };
  }
}
