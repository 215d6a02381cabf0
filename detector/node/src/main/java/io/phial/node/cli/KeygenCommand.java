package io.phial.node.cli;

import io.phial.core.wire.KeyRing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a key that seals what nodes tell each other. */
@Command(
    name = "keygen",
    description = {
      "Make a key for gossip.keys or gossip.keys-file, from the system's secure randomness.",
      "Without --file it is printed as YAML for the node's configuration. With --file it is added",
      "to that file as the last one, which opens frames but does not seal any: give the file to",
      "all nodes, then move the new line to the top, then drop the old one. Nodes read the file",
      "again by themselves."
    })
final class KeygenCommand implements Callable<Integer> {
  private final SecureRandom random = new SecureRandom();

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      defaultValue = "256",
      description = "128 or 256 (default ${DEFAULT-VALUE}).")
  private int bits;

  @Option(
      names = "--key-id",
      paramLabel = "ID",
      description = "1 to 255, different from every other key in use; random when not given.")
  private @Nullable Integer id;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File of keys to add to; made, for its owner only, when there is none.")
  private @Nullable Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (bits != 128 && bits != 256) {
      throw misuse("--bits must be 128 or 256, was " + bits);
    }
    if (id != null && (id < 1 || id > KeyRing.ID_MAX)) {
      throw misuse("--key-id must be 1 to 255, was " + id);
    }
    byte[] key = new byte[bits / 8];
    random.nextBytes(key);
    if (file == null) {
      print(KeyRing.of(idOutside(List.of()), key));
    } else {
      add(file, key);
    }
    return Main.OK;
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int idOutside(List<Integer> taken) {
    if (id != null) {
      if (taken.contains(id)) {
        throw misuse("--key-id must differ from " + taken + ", was " + id);
      }
      return id;
    }
    List<Integer> free =
        IntStream.rangeClosed(1, KeyRing.ID_MAX).boxed().filter(i -> !taken.contains(i)).toList();
    return free.get(random.nextInt(free.size()));
  }

  private void print(KeyRing ring) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("# Secret, and the same on all nodes of the cluster.");
    out.println("gossip:");
    out.println("  keys: \"" + ring.text().strip().replace(": ", ":") + "\"");
    out.flush();
  }

  private void add(Path target, byte[] key) throws IOException {
    String before = "";
    KeyRing ring;
    if (Files.exists(target)) {
      before = Files.readString(target, StandardCharsets.US_ASCII);
      KeyRing known = known(target, before);
      ring = known.with(idOutside(known.ids()), key);
    } else {
      ring = KeyRing.of(idOutside(List.of()), key);
    }
    String[] lines = ring.text().split("\n", -1);
    String line = lines[ring.ids().size() - 1] + "\n";
    replace(target, before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line);
    PrintWriter out = spec.commandLine().getOut();
    out.println("# Keys in the file: " + ring.ids() + "; the first one seals, all open.");
    out.println("gossip:");
    out.println("  keys-file: \"" + target.toAbsolutePath() + "\"");
    out.flush();
  }

  private static KeyRing known(Path target, String text) throws IOException {
    try {
      return KeyRing.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(target + " is no file of keys: " + e.getMessage());
    }
  }

  // Whole or not at all: a node may read it at any moment.
  private static void replace(Path target, String text) throws IOException {
    Path whole = target.toAbsolutePath();
    FileAttribute<?>[] owner =
        whole.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path next = Files.createTempFile(whole.getParent(), ".phial-keys", ".tmp", owner);
    try {
      Files.writeString(next, text, StandardCharsets.US_ASCII);
      if (Files.exists(whole) && owner.length > 0) {
        Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(whole));
      }
      Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
