package io.phial.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the children's logs go: a directory of the user's, or a temporary one. */
final class LogDir implements AutoCloseable {
  private static final int TAIL_BYTES = 4_000;

  private final Path path;
  private volatile boolean kept;

  private LogDir(Path path, boolean kept) {
    this.path = path;
    this.kept = kept;
  }

  /** Creates it. */
  static LogDir open(@Nullable Path chosen) throws IOException {
    return chosen == null
        ? new LogDir(Files.createTempDirectory("phial-demo-"), false)
        : new LogDir(Files.createDirectories(chosen).toAbsolutePath(), true);
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /** It stays when this is closed. */
  void keep() {
    kept = true;
  }

  /** The end of a log, for a message about what went wrong. */
  String tail(String name) {
    try (RandomAccessFile file = new RandomAccessFile(file(name).toFile(), "r")) {
      file.seek(Math.max(0, file.length() - TAIL_BYTES));
      byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, file.length())];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() throws IOException {
    if (kept || !Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
