package io.phial.core.wire;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The seal of AES-GCM (NIST SP 800-38D) under a {@link KeyRing}. Nobody without a key can read,
 * make or change a frame, and no frame is taken twice ({@link ReplayGuard}).
 *
 * <p>In clear: key id (1 byte), the sender's salt (8), counter (varint). Then the sealed body and a
 * tag of {@value #TAG_BYTES} bytes, which also covers everything in clear and the cluster label.
 * The nonce is not sent on top: it is salt and counter. A salt stands for one life of one sender:
 * the supplier must never give the same one twice under one key. The counter never repeats in a
 * life; when it would pass 32 bits, a new salt is taken.
 *
 * <p>Not thread-safe: one seal belongs to one event loop, which reuses its ciphers. A key is
 * expanded when it comes into the ring, not per frame.
 */
public final class AesGcmSeal implements FrameSeal {
  /** The kind of this seal. */
  static final int KIND = 1;

  /** Length of the tag, of 12 to 16 that SP 800-38D (section 5.2.1.2) recommends. */
  static final int TAG_BYTES = 12;

  private static final int SALT_BYTES = 8;
  private static final int COUNTER_BYTES_MAX = 5;
  private static final int CLEAR_BYTES_MAX = 1 + SALT_BYTES + COUNTER_BYTES_MAX;
  private static final long COUNTER_MAX = 0xFFFF_FFFFL;
  private static final int NONCE_BYTES = 12;
  private static final int SCRATCH_BYTES = 2048;

  /** One key, ready for use in both directions. */
  private static final class Opened {
    final byte[] bytes;
    final SecretKeySpec key;
    final Cipher sealing;
    final Cipher opening;

    Opened(byte[] bytes) throws GeneralSecurityException {
      this.bytes = bytes;
      key = new SecretKeySpec(bytes, "AES");
      sealing = Cipher.getInstance("AES/GCM/NoPadding");
      opening = Cipher.getInstance("AES/GCM/NoPadding");
    }
  }

  private final byte[] label;
  private final LongSupplier salts;
  private final ReplayGuard guard;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] scratch = new byte[SCRATCH_BYTES];
  private final byte[] opened = new byte[SCRATCH_BYTES];
  private Map<Integer, Opened> keys = Map.of();
  private int usedId;
  private long salt;
  private long counter;

  /**
   * Creates a seal.
   *
   * @param clusterLabel is sealed in: a frame of another cluster never opens, even under one key
   * @param ring the keys
   * @param salts a number that was never given before under any of these keys, each time it is
   *     asked
   * @param guard remembers what was seen; seals that open the same senders' frames share one
   */
  public AesGcmSeal(String clusterLabel, KeyRing ring, LongSupplier salts, ReplayGuard guard) {
    this.label = clusterLabel.getBytes(StandardCharsets.UTF_8);
    this.salts = salts;
    this.guard = guard;
    this.salt = salts.getAsLong();
    ring(ring);
  }

  /**
   * From now on seals with the first of these keys and opens with any; what was seen stays seen.
   */
  public void ring(KeyRing next) {
    Map<Integer, Opened> ready = new HashMap<>();
    for (KeyRing.Key key : next.keys()) {
      Opened known = keys.get(key.id());
      ready.put(
          key.id(), known != null && Arrays.equals(known.bytes, key.bytes()) ? known : open(key));
    }
    keys = Map.copyOf(ready);
    usedId = next.usedId();
  }

  private static Opened open(KeyRing.Key key) {
    try {
      return new Opened(key.bytes());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES/GCM/NoPadding", e);
    }
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public int overheadBytes() {
    return CLEAR_BYTES_MAX + TAG_BYTES;
  }

  @Override
  public void begin(ByteBuffer frame) {
    if (counter > COUNTER_MAX) {
      salt = salts.getAsLong();
      counter = 0;
    }
    frame.put((byte) usedId).putLong(salt);
    WireText.writeNumber(counter, frame);
  }

  @Override
  public void seal(ByteBuffer frame, int frameStart, int bodyStart) {
    int length = frame.position() - bodyStart;
    byte[] body = length <= SCRATCH_BYTES ? scratch : new byte[length];
    frame.get(bodyStart, body, 0, length);
    Opened key = keys.get(usedId);
    if (key == null) {
      throw new IllegalStateException("usedId=" + usedId + " keys=" + keys.keySet());
    }
    try {
      prepare(key.sealing, Cipher.ENCRYPT_MODE, key, salt, counter);
      // Spent even if the rest fails: a nonce must never be used twice.
      counter++;
      addClear(key.sealing, frame, frameStart, bodyStart);
      byte[] sealed = key.sealing.doFinal(body, 0, length);
      frame.position(bodyStart);
      frame.put(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed with key " + usedId, e);
    }
  }

  @Override
  public ByteBuffer open(ByteBuffer frame, int frameStart, int sealStart)
      throws MalformedFrameException {
    ByteBuffer in = frame.duplicate().position(sealStart);
    WireText.need(in, 1 + SALT_BYTES + 1 + TAG_BYTES);
    Opened key = keys.get(in.get() & 0xFF);
    if (key == null) {
      throw new MalformedFrameException(Kind.WRONG_KEY, "no such key");
    }
    long life = in.getLong();
    long number = WireText.readNumber(in, COUNTER_MAX);
    int length = in.remaining();
    if (length < TAG_BYTES) {
      throw new MalformedFrameException("truncated");
    }
    // Known frames are turned away before any cipher runs; unknown ones are entered only when
    // authentic.
    if (!guard.isNew(life, number)) {
      throw new MalformedFrameException(Kind.REPLAYED, "seen before");
    }
    ByteBuffer body = decrypt(key, frame, frameStart, in, life, number);
    guard.see(life, number);
    return body;
  }

  private ByteBuffer decrypt(
      Opened key, ByteBuffer frame, int frameStart, ByteBuffer in, long life, long number)
      throws MalformedFrameException {
    int bodyStart = in.position();
    int length = in.remaining();
    byte[] sealed = length <= SCRATCH_BYTES ? scratch : new byte[length];
    in.get(sealed, 0, length);
    byte[] plain = length <= SCRATCH_BYTES ? opened : new byte[length];
    try {
      prepare(key.opening, Cipher.DECRYPT_MODE, key, life, number);
      addClear(key.opening, frame, frameStart, bodyStart);
      int plainLength = key.opening.doFinal(sealed, 0, length, plain, 0);
      return ByteBuffer.wrap(plain, 0, plainLength);
    } catch (AEADBadTagException e) {
      throw new MalformedFrameException(Kind.WRONG_KEY, "broken seal");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }

  private void prepare(Cipher cipher, int mode, Opened key, long life, long number)
      throws GeneralSecurityException {
    Numbers.put(nonce, 0, life, SALT_BYTES);
    Numbers.put(nonce, SALT_BYTES, number, NONCE_BYTES - SALT_BYTES);
    cipher.init(mode, key.key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
  }

  private void addClear(Cipher cipher, ByteBuffer frame, int from, int to) {
    byte[] clear = new byte[to - from];
    frame.get(from, clear);
    cipher.updateAAD(label);
    cipher.updateAAD(clear);
  }
}
