package io.phial.node.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * After a split: the value with the higher version stays, the larger side's on a tie. So the higher
 * epoch wins among views and the latest evidence among records. Public because Hazelcast creates it
 * by name.
 */
public final class HigherVersionMergePolicy
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, Object>,
        IdentifiedDataSerializable {
  /** For Hazelcast. */
  public HigherVersionMergePolicy() {}

  @Override
  public @Nullable Object merge(
      @Nullable MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
    if (merging == null) {
      return existing == null ? null : existing.getRawValue();
    }
    if (existing == null) {
      return merging.getRawValue();
    }
    long offered = VersionedBytes.version(merging.getDeserializedValue());
    long held = VersionedBytes.version(existing.getDeserializedValue());
    return offered > held ? merging.getRawValue() : existing.getRawValue();
  }

  @Override
  public int getFactoryId() {
    return WireObjects.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireObjects.MERGE_POLICY;
  }

  @Override
  public void writeData(ObjectDataOutput out) {
    // It has no state.
  }

  @Override
  public void readData(ObjectDataInput in) {
    // It has no state.
  }
}
