package io.phial.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the nodes. */
@Command(name = "members", description = "List the nodes as a running node sees them.")
final class MembersCommand implements Callable<Integer> {
  @Mixin private ApiOptions api = new ApiOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    JsonNode answer = api.get("/v1/nodes");
    spec.commandLine().getOut().print(api.isJson() ? answer + "\n" : table(answer));
    spec.commandLine().getOut().flush();
    return Main.OK;
  }

  private static String table(JsonNode answer) {
    Table table =
        new Table("ID", "ZONE", "STATE", "PHI", "SILENCE", "RTT", "SLOTS", "GOSSIP", "REASON");
    for (JsonNode node : answer.path("nodes")) {
      table.row(
          node.path("id").asText(),
          node.path("zone").asText(),
          node.path("state").asText(),
          phi(node),
          millis(node.path("silenceMs").asLong(-1)),
          roundTrip(node.path("roundTripMs").asDouble(-1)),
          node.path("slots").asText(),
          node.path("endpoints").path("gossip").asText(),
          node.path("reason").asText());
    }
    return "self %s  epoch %s  view %s%n"
            .formatted(
                answer.path("self").asText(),
                answer.path("epoch").asText(),
                answer.path("usable").asBoolean() ? "usable" : "out of reach")
        + table;
  }

  static String phi(JsonNode row) {
    return String.format(Locale.ROOT, "%.2f", row.path("phi").asDouble());
  }

  static String millis(long millis) {
    return millis < 0 ? "" : millis + " ms";
  }

  private static String roundTrip(double millis) {
    return millis < 0 ? "" : String.format(Locale.ROOT, "%.2f ms", millis);
  }
}
