package io.phial.node.cluster;

import io.phial.core.registry.ClientRecord;
import java.util.Optional;

/**
 * What is to happen to the stored record of a client.
 *
 * @param record the new record; empty when it is to be removed
 */
record RecordChange(Optional<ClientRecord> record) {
  static final RecordChange REMOVE = new RecordChange(Optional.empty());

  static RecordChange put(ClientRecord record) {
    return new RecordChange(Optional.of(record));
  }
}
