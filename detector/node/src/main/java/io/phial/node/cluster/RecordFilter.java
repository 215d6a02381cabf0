package io.phial.node.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;
import io.phial.core.registry.ClientRecord;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Picks the records of some slots or homes where they are kept, so that only those cross the
 * network. Records that cannot be decoded are picked: the asker counts them.
 */
final class RecordFilter implements Predicate<String, byte[]>, IdentifiedDataSerializable {
  private final transient ClusterCodecs codecs;
  private BitSet slots = new BitSet();
  private Set<String> homes = Set.of();

  RecordFilter(ClusterCodecs codecs) {
    this.codecs = codecs;
  }

  RecordFilter(ClusterCodecs codecs, BitSet slots, Collection<String> homes) {
    this.codecs = codecs;
    this.slots = (BitSet) slots.clone();
    this.homes = Set.copyOf(homes);
  }

  @Override
  public boolean apply(Map.Entry<String, byte[]> entry) {
    if (slots.get(codecs.slotOf().applyAsInt(entry.getKey()))) {
      return true;
    }
    if (homes.isEmpty()) {
      return false;
    }
    try {
      byte[] bytes = VersionedBytes.value(entry.getValue());
      return homes.contains(codecs.record().decode(bytes).home());
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  boolean matches(ClientRecord record) {
    return slots.get(codecs.slotOf().applyAsInt(record.spec().id()))
        || homes.contains(record.home());
  }

  @Override
  public int getFactoryId() {
    return WireObjects.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireObjects.RECORD_FILTER;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeByteArray(slots.toByteArray());
    out.writeStringArray(homes.toArray(String[]::new));
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    slots = BitSet.valueOf(in.readByteArray());
    homes = Set.of(in.readStringArray());
  }
}
