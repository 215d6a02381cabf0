package io.phial.core.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One beat with a payload that arrived at one node and belongs to another. The array belongs to the
 * frame; nobody writes to it.
 *
 * @param sender the node that forwards
 * @param session the client's session
 * @param sequence the low 16 bits of its counter
 * @param payload 1 to {@value BeatCodec#PAYLOAD_BYTES_MAX} bytes
 */
public record ForwardedWord(String sender, int session, char sequence, byte[] payload)
    implements Frame {
  /** Checks the length. */
  public ForwardedWord {
    if (payload.length < 1 || payload.length > BeatCodec.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("payload must be 1 to 64 bytes, was " + payload.length);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ForwardedWord word
        && sender.equals(word.sender)
        && session == word.session
        && sequence == word.sequence
        && Arrays.equals(payload, word.payload);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * sender.hashCode() + session) + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return "ForwardedWord[sender=" + sender + ", bytes=" + payload.length + "]";
  }
}
