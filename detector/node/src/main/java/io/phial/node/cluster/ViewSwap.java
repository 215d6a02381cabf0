package io.phial.node.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compare-and-set of the view on its epoch, run where the view is kept. On backups it only moves
 * the epoch forward, so a backup that lags catches up instead of refusing.
 */
final class ViewSwap
    implements EntryProcessor<String, byte[], Boolean>, IdentifiedDataSerializable {
  private static final long ON_BACKUP = -1;

  private long expectedEpoch;
  private byte[] next = new byte[0];

  ViewSwap() {}

  ViewSwap(long expectedEpoch, byte[] next) {
    this.expectedEpoch = expectedEpoch;
    this.next = next;
  }

  @Override
  public Boolean process(Map.Entry<String, byte[]> entry) {
    byte[] current = entry.getValue();
    long epoch = current == null ? 0 : VersionedBytes.version(current);
    boolean swap =
        expectedEpoch == ON_BACKUP ? epoch < VersionedBytes.version(next) : epoch == expectedEpoch;
    if (swap) {
      entry.setValue(next);
    }
    return swap;
  }

  @Override
  public @Nullable EntryProcessor<String, byte[], Boolean> getBackupProcessor() {
    return new ViewSwap(ON_BACKUP, next);
  }

  @Override
  public int getFactoryId() {
    return WireObjects.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireObjects.VIEW_SWAP;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeLong(expectedEpoch);
    out.writeByteArray(next);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    expectedEpoch = in.readLong();
    next = in.readByteArray();
  }
}
