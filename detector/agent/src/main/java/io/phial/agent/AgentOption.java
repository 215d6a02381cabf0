package io.phial.agent;

import java.util.Locale;

/** Every setting of the agent: flag, environment variable, default and what it is for. */
enum AgentOption {
  NODES(
      "",
      "Nodes as HOST[:TCP-PORT[:HTTP-PORT]], separated by commas; ports default to 7070 and 8080."
          + " A name stands for all its addresses. Needed."),
  NAME("", "The program's own name, such as the pod's. Default: the host name."),
  GROUP("", "Whose peer it is, such as namespace/app; the id is GROUP/NAME, or NAME alone."),
  INTERVAL("1s", "The promised time between beats, 100ms to 1h."),
  HTTP("", "PORT/PATH on the loopback that must answer 200 to 399, as in 8080/healthz."),
  TCP("", "PORT on the loopback that must take connections."),
  PROCESS("", "Base name of the program, or of one of its arguments, in this PID namespace."),
  TIMEOUT("1s", "A look at the program takes at most this long, 10ms to 30s."),
  REFUSED("gone", "gone or silent: what it means that nobody listens on a port served before."),
  PAYLOAD("", "Said about the program with its first beat; up to 64 printable characters."),
  PORT("7171", "Port of the local API, on 127.0.0.1 only."),
  HEALTH_BIND("127.0.0.1", "Address of the health port."),
  HEALTH_PORT("0", "Port of /livez and /metrics; 0 opens none."),
  POLL("1s", "How often the nodes are asked for peers, 100ms to 1m.");

  /** What the environment names of all begin with. */
  static final String PREFIX = "PHIAL_AGENT_";

  private final String defaultText;
  private final String meaning;

  AgentOption(String defaultText, String meaning) {
    this.defaultText = defaultText;
    this.meaning = meaning;
  }

  String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String environmentName() {
    return PREFIX + name();
  }

  String defaultText() {
    return defaultText;
  }

  String meaning() {
    return meaning;
  }
}
