package io.phial.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a process in the PID namespace that it shares with this one, by {@code /proc}: proc(5),
 * "stat", fields 3 (state) and 22 (start time). The oldest process of the name is the program; its
 * start time tells it from another one with the same number.
 */
final class ProcessWatch implements Watch {
  private static final int STATE = 0;
  private static final int START_TIME = 19;

  private final Path proc;
  private final String name;
  private final long ownPid;
  private @Nullable Seen seen;

  /** A process, told from all others by number and start. */
  private record Seen(long pid, long startTicks) {}

  /**
   * Describes it.
   *
   * @param proc where the proc file system is mounted
   * @param name the base name of the program or of one of its arguments, as in {@code app.jar}
   * @param ownPid never taken for the program
   */
  ProcessWatch(Path proc, String name, long ownPid) {
    this.proc = proc;
    this.name = name;
    this.ownPid = ownPid;
  }

  @Override
  public String kind() {
    return "process";
  }

  @Override
  public Sighting look() {
    Seen known = seen;
    if (known == null) {
      known = find();
      seen = known;
    }
    return known == null ? Sighting.absent("no process " + name) : judge(known);
  }

  @Override
  public Sighting glance() {
    Seen known = seen;
    return known == null ? Sighting.absent("no process " + name) : judge(known);
  }

  private Sighting judge(Seen known) {
    List<String> stat = stat(known.pid);
    boolean same =
        stat.size() > START_TIME
            && stat.get(START_TIME).equals(Long.toString(known.startTicks))
            && !"ZX".contains(stat.get(STATE));
    if (!same) {
      seen = null;
      return Sighting.gone("process " + known.pid + " (" + name + ") is gone");
    }
    if ("Tt".contains(stat.get(STATE))) {
      return Sighting.silent("process " + known.pid + " is stopped");
    }
    return Sighting.alive("process " + known.pid, known.startTicks);
  }

  private @Nullable Seen find() {
    Seen oldest = null;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        Seen candidate = candidate(Long.parseLong(entry.getFileName().toString()));
        if (candidate != null && (oldest == null || candidate.startTicks < oldest.startTicks)) {
          oldest = candidate;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // No proc file system that we can read: nothing is seen, which the first look tells.
      return null;
    }
    return oldest;
  }

  private @Nullable Seen candidate(long pid) {
    if (pid == ownPid || !isNamed(pid)) {
      return null;
    }
    List<String> stat = stat(pid);
    if (stat.size() <= START_TIME || "ZX".contains(stat.get(STATE))) {
      return null;
    }
    return new Seen(pid, Long.parseLong(stat.get(START_TIME)));
  }

  private boolean isNamed(long pid) {
    for (String argument : read(pid, "cmdline").split("\0", -1)) {
      if (argument.substring(argument.lastIndexOf('/') + 1).equals(name)) {
        return true;
      }
    }
    return read(pid, "comm").strip().equals(name);
  }

  /** The fields of stat from the third on: the second may hold blanks and brackets. */
  private List<String> stat(long pid) {
    String text = read(pid, "stat");
    int end = text.lastIndexOf(')');
    return end < 0 ? List.of() : Arrays.asList(text.substring(end + 1).strip().split(" ", -1));
  }

  private String read(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve(file));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It ended between two reads.
      return "";
    }
  }
}
