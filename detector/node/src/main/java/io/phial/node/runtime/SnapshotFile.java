package io.phial.node.runtime;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A file of byte strings that is either whole or not there: written beside its place, forced to the
 * disk, and moved into place at once. Blocks; call on a worker.
 *
 * <p>Layout, big-endian: {@code PHIALSNP} (8 bytes), version (1), wall clock of writing in
 * milliseconds (8), number of entries (4), each entry after its length (2), then CRC-32C of all
 * before (4, RFC 3720 appendix B.4 for the polynomial). A file that is cut short, damaged, of
 * another version or with more entries than allowed is refused as a whole.
 *
 * @param path where it is
 * @param entriesMax no file has more entries
 */
record SnapshotFile(Path path, int entriesMax) {
  private static final byte[] MAGIC = "PHIALSNP".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int ENTRY_BYTES_MAX = 0xFFFF;

  /**
   * What was read.
   *
   * @param atEpochMillis when it was written
   * @param entries in the order of writing
   */
  record Content(long atEpochMillis, List<byte[]> entries) {}

  /**
   * Writes the file anew; after a failure the former one is still there.
   *
   * @throws IllegalArgumentException when an entry is too long or there are too many
   * @throws IOException when the disk does not take it
   */
  void write(long atEpochMillis, List<byte[]> entries) throws IOException {
    if (entries.size() > entriesMax) {
      throw new IllegalArgumentException(
          "entries must be at most " + entriesMax + ", was " + entries.size());
    }
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
            FileChannel.open(
                beside,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        OutputStream file = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      CheckedOutputStream checked = new CheckedOutputStream(file, new CRC32C());
      DataOutputStream out = new DataOutputStream(checked);
      out.write(MAGIC);
      out.writeByte(VERSION);
      out.writeLong(atEpochMillis);
      out.writeInt(entries.size());
      for (byte[] entry : entries) {
        if (entry.length > ENTRY_BYTES_MAX) {
          throw new IllegalArgumentException("entry must be at most 65535 bytes");
        }
        out.writeShort(entry.length);
        out.write(entry);
      }
      out.writeInt((int) checked.getChecksum().getValue());
      out.flush();
      channel.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** True when there is something to read. */
  boolean exists() {
    return Files.exists(path);
  }

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read or is not a whole file of this version; the message
   *     says which
   */
  Content read() throws IOException {
    try (CheckedInputStream checked =
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(path), 1 << 16), new CRC32C());
        DataInputStream in = new DataInputStream(checked)) {
      byte[] magic = in.readNBytes(MAGIC.length);
      int version = in.readUnsignedByte();
      if (!Arrays.equals(magic, MAGIC) || version != VERSION) {
        throw new IOException("not a snapshot of version " + VERSION);
      }
      long at = in.readLong();
      int count = in.readInt();
      if (count < 0 || count > entriesMax) {
        throw new IOException("entries must be 0 to " + entriesMax + ", was " + count);
      }
      List<byte[]> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] entry = new byte[in.readUnsignedShort()];
        in.readFully(entry);
        entries.add(entry);
      }
      int expected = (int) checked.getChecksum().getValue();
      if (in.readInt() != expected || in.read() >= 0) {
        throw new IOException("the checksum does not match");
      }
      return new Content(at, entries);
    } catch (EOFException e) {
      throw new IOException("the file is cut short", e);
    }
  }
}
