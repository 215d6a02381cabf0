package io.phial.agent;

import io.phial.core.wire.BeatLine;
import io.phial.core.wire.ClientIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one agent, all checked. Immutable.
 *
 * @param nodes of the cluster, 1 to 64
 * @param group whose peer the program is; may be empty
 * @param name its own name
 * @param interval the promised time between beats
 * @param httpPort watched by HTTP; 0 for none
 * @param httpPath begins with a slash
 * @param tcpPort watched by connections; 0 for none
 * @param process its base name; empty for none
 * @param timeout of one look
 * @param refusedIsGone whether a refused connection means that it is gone
 * @param payload said with the first beat; may be empty
 * @param port of the local API
 * @param healthBind numeric address of the health port
 * @param healthPort 0 for none
 * @param poll time between two questions for peers
 */
record AgentConfig(
    List<NodeAddress> nodes,
    String group,
    String name,
    Duration interval,
    int httpPort,
    String httpPath,
    int tcpPort,
    String process,
    Duration timeout,
    boolean refusedIsGone,
    String payload,
    int port,
    String healthBind,
    int healthPort,
    Duration poll) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern HTTP = Pattern.compile("(\\d{1,5})(/[!-~]{0,200})?");

  /** What is wrong, all of it. */
  static final class Refused extends Exception {
    private final List<String> problems;

    Refused(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  /** The id that it beats under. */
  String id() {
    return group.isEmpty() ? name : group + "/" + name;
  }

  /** Flags win over the environment, which wins over defaults. */
  static AgentConfig load(List<String> flags, Map<String, String> environment) throws Refused {
    List<String> problems = new ArrayList<>();
    Reader reader = new Reader(texts(flags, environment, problems), problems);
    AgentConfig config = reader.read(environment);
    if (!problems.isEmpty()) {
      throw new Refused(problems);
    }
    return config;
  }

  private static Map<AgentOption, String> texts(
      List<String> flags, Map<String, String> environment, List<String> problems) {
    Map<AgentOption, String> texts = new EnumMap<>(AgentOption.class);
    for (AgentOption option : AgentOption.values()) {
      String given = environment.get(option.environmentName());
      texts.put(option, given == null ? option.defaultText() : given.strip());
    }
    for (int i = 0; i < flags.size(); i++) {
      String flag = flags.get(i);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      Optional<AgentOption> option =
          Arrays.stream(AgentOption.values()).filter(o -> o.flag().equals(name)).findFirst();
      if (option.isEmpty()) {
        problems.add("unknown flag " + name + "; --help lists them all");
      } else if (equals < 0 && i + 1 == flags.size()) {
        problems.add(name + " needs a value");
      } else {
        texts.put(option.get(), equals < 0 ? flags.get(++i) : flag.substring(equals + 1));
      }
    }
    return texts;
  }

  /** Reads texts and notes what is wrong with them. */
  private record Reader(Map<AgentOption, String> texts, List<String> problems) {
    AgentConfig read(Map<String, String> environment) {
      String host = environment.getOrDefault("HOSTNAME", "");
      String name = text(AgentOption.NAME).isEmpty() ? host : text(AgentOption.NAME);
      String group = text(AgentOption.GROUP);
      String id = group.isEmpty() ? name : group + "/" + name;
      if (!ClientIds.isValid(id) || id.indexOf('=') >= 0) {
        problems.add(
            "--group and --name must make an id of 1 to 128 printable characters without blanks"
                + " and =, was '"
                + id
                + "'");
      }
      Matcher http = HTTP.matcher(text(AgentOption.HTTP));
      boolean isHttp = http.matches();
      if (!isHttp && !text(AgentOption.HTTP).isEmpty()) {
        refuse(AgentOption.HTTP, "PORT/PATH");
      }
      return new AgentConfig(
          of(
              AgentOption.NODES,
              "a list of HOST[:TCP-PORT[:HTTP-PORT]]",
              NodeAddress::parse,
              List.of()),
          group,
          name,
          duration(AgentOption.INTERVAL, "100ms", "1h"),
          isHttp ? number(AgentOption.HTTP, http.group(1), 1, 65535) : 0,
          isHttp && http.group(2) != null ? http.group(2) : "/",
          text(AgentOption.TCP).isEmpty()
              ? 0
              : number(AgentOption.TCP, text(AgentOption.TCP), 1, 65535),
          text(AgentOption.PROCESS),
          duration(AgentOption.TIMEOUT, "10ms", "30s"),
          of(AgentOption.REFUSED, "gone or silent", Reader::gone, true),
          of(
              AgentOption.PAYLOAD,
              "at most 64 printable characters without blanks",
              Reader::payload,
              ""),
          number(AgentOption.PORT, text(AgentOption.PORT), 0, 65535),
          of(AgentOption.HEALTH_BIND, "a numeric address", Reader::address, ""),
          number(AgentOption.HEALTH_PORT, text(AgentOption.HEALTH_PORT), 0, 65535),
          duration(AgentOption.POLL, "100ms", "1m"));
    }

    private String text(AgentOption option) {
      return texts.getOrDefault(option, "");
    }

    private static boolean gone(String text) {
      require(text.equals("gone") || text.equals("silent"));
      return text.equals("gone");
    }

    private static String payload(String text) {
      require(BeatLine.isPayload(text));
      return text;
    }

    private static String address(String text) {
      require(text.matches("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}"));
      return text;
    }

    private int number(AgentOption option, @Nullable String text, int min, int max) {
      String bound = min + " to " + max;
      try {
        int value = Integer.parseInt(text == null ? "" : text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Told below, with the bound.
      }
      refuse(option, bound);
      return min;
    }

    private Duration duration(AgentOption option, String min, String max) {
      Duration value =
          of(option, "a duration of " + min + " to " + max, Reader::parsed, Duration.ofSeconds(1));
      if (value.compareTo(parsed(min)) < 0 || value.compareTo(parsed(max)) > 0) {
        refuse(option, "a duration of " + min + " to " + max);
      }
      return value;
    }

    private static Duration parsed(String text) {
      Matcher form = DURATION.matcher(text);
      require(form.matches());
      long count = Long.parseLong(form.group(1));
      return switch (form.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        default -> Duration.ofHours(count);
      };
    }

    private <T> T of(AgentOption option, String bound, Function<String, T> reader, T whenWrong) {
      try {
        return reader.apply(text(option));
      } catch (IllegalArgumentException e) {
        refuse(option, bound);
        return whenWrong;
      }
    }

    private void refuse(AgentOption option, String bound) {
      String value = text(option);
      problems.add(
          option.flag() + " must be " + bound + ", was " + (value.isEmpty() ? "empty" : value));
    }

    private static void require(boolean holds) {
      if (!holds) {
        throw new IllegalArgumentException("out of bounds");
      }
    }
  }
}
