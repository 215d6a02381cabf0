package io.phial.core.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Beats of clients that arrived at one node and belong to another: one datagram of them. The arrays
 * have the same length and belong to the frame; nobody writes to them.
 *
 * @param sender the node that forwards
 * @param sessions the clients' sessions
 * @param sequences the low 16 bits of their counters
 * @param goodbyes true where the client said goodbye, false where it beat
 */
public record ForwardedBeats(String sender, int[] sessions, char[] sequences, boolean[] goodbyes)
    implements Frame {
  /** Most beats in one frame, so that it fits into a datagram whatever the sender's name. */
  public static final int BEATS_MAX = 200;

  /** Checks the lengths. */
  public ForwardedBeats {
    if (sessions.length > BEATS_MAX
        || sequences.length != sessions.length
        || goodbyes.length != sessions.length) {
      throw new IllegalArgumentException(
          "beats must be at most 200 in arrays of one length, was sessions="
              + sessions.length
              + " sequences="
              + sequences.length
              + " goodbyes="
              + goodbyes.length);
    }
  }

  /** How many there are. */
  public int count() {
    return sessions.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ForwardedBeats beats
        && sender.equals(beats.sender)
        && Arrays.equals(sessions, beats.sessions)
        && Arrays.equals(sequences, beats.sequences)
        && Arrays.equals(goodbyes, beats.goodbyes);
  }

  @Override
  public int hashCode() {
    return 31 * sender.hashCode() + Arrays.hashCode(sessions);
  }

  @Override
  public String toString() {
    return "ForwardedBeats[sender=" + sender + ", count=" + count() + "]";
  }
}
