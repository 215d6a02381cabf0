package io.phial.core.phi;

import java.nio.ByteBuffer;

/**
 * An estimate as bytes: a version, then three words without any clock reading, 25 bytes. What it
 * says of a silence is the same after reading it as before writing it, to the last bit.
 */
final class EstimateBytes {
  private static final byte VERSION = 2;
  private static final int BYTES = 1 + 3 * Long.BYTES;

  private EstimateBytes() {}

  /** The estimate, without what belongs to the present run of gaps. */
  static byte[] written(long[] state, int at) {
    long[] copy = new long[ArrivalModel.WORDS];
    System.arraycopy(state, at, copy, 0, ArrivalModel.WORDS);
    EstimatorState.interval(copy, 0, EstimatorState.interval(copy, 0));
    boolean foundOut = EstimatorState.isFoundOut(copy, 0);
    EstimatorState.marks(copy, 0, 0);
    if (foundOut) {
      EstimatorState.foundOut(copy, 0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).put(VERSION);
    return buffer.putLong(copy[1]).putLong(copy[2]).putLong(copy[3]).array();
  }

  /** Reads an estimate as if a beat had come now; false, and no change, when it is malformed. */
  static boolean read(byte[] bytes, long[] state, int at, long nowNanos) {
    if (bytes.length != BYTES || bytes[0] != VERSION) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    long[] read = {nowNanos, buffer.getLong(), buffer.getLong(), buffer.getLong()};
    if (!isSound(read)) {
      return false;
    }
    // The phase of the next beat is that of another clock: it only sets the schedule.
    EstimatorState.unphased(read, 0, true);
    System.arraycopy(read, 0, state, at, ArrivalModel.WORDS);
    return true;
  }

  private static boolean isSound(long[] read) {
    long interval = read[1];
    boolean inRange =
        interval >= ArrivalModel.INTERVAL_NANOS_MIN && interval <= ArrivalModel.INTERVAL_NANOS_MAX;
    float deviation = EstimatorState.deviation(read, 0);
    float lead = EstimatorState.lead(read, 0);
    boolean timed =
        deviation >= 1 && deviation <= interval && lead <= deviation && lead >= -0x1p60f;
    long known = EstimatorState.marks(read, 0);
    return inRange && timed && read[3] >= 0 && (known == 0 || isOnlyFoundOut(read));
  }

  private static boolean isOnlyFoundOut(long[] read) {
    long marks = EstimatorState.marks(read, 0);
    EstimatorState.marks(read, 0, 0);
    EstimatorState.foundOut(read, 0);
    boolean only = EstimatorState.marks(read, 0) == marks;
    EstimatorState.marks(read, 0, marks);
    return only;
  }
}
