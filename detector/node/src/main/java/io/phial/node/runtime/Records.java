package io.phial.node.runtime;

import io.phial.core.placement.View;
import io.phial.core.placement.ViewCodec;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientRecordCodec;
import io.phial.core.registry.MalformedRecordException;
import io.phial.core.wire.MalformedFrameException;

/** Shared values as bytes from other nodes; malformed ones are told as illegal arguments. */
final class Records {
  private Records() {}

  static View decodeView(byte[] bytes) {
    try {
      return ViewCodec.decode(bytes);
    } catch (MalformedFrameException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static ClientRecord decode(byte[] bytes) {
    try {
      return ClientRecordCodec.decode(bytes);
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
