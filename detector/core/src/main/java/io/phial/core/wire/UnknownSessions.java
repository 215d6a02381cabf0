package io.phial.core.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link ForwardedBeats}: sessions that their owner does not know, so that these clients
 * are told to register again. The array belongs to the frame; nobody writes to it.
 *
 * @param sender the node that owns their slots
 * @param sessions the sessions
 */
public record UnknownSessions(String sender, int[] sessions) implements Frame {
  /** Most sessions in one frame. */
  public static final int SESSIONS_MAX = 300;

  /** Checks the length. */
  public UnknownSessions {
    if (sessions.length > SESSIONS_MAX) {
      throw new IllegalArgumentException("sessions must be at most 300, was " + sessions.length);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnknownSessions unknown
        && sender.equals(unknown.sender)
        && Arrays.equals(sessions, unknown.sessions);
  }

  @Override
  public int hashCode() {
    return 31 * sender.hashCode() + Arrays.hashCode(sessions);
  }

  @Override
  public String toString() {
    return "UnknownSessions[sender=" + sender + ", count=" + sessions.length + "]";
  }
}
