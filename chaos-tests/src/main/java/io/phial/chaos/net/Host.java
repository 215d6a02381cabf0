package io.phial.chaos.net;

import java.util.ArrayList;
import java.util.List;

/**
 * One host of a {@link NetLab}: a network namespace with one link.
 *
 * @param namespace its name for {@code ip netns}
 * @param number 1 for the first
 */
public record Host(String namespace, int number) {
  /** Its address in the lab's network. */
  public String address() {
    return NetLab.NETWORK + number;
  }

  /** The command that runs this one on the host; the process id stays the program's own. */
  public List<String> command(List<String> program) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(program);
    return command;
  }
}
