package io.phial.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.phial.node.api.ClientsQuery;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists clients, or explains one. */
@Command(name = "clients", description = "List the clients of the cluster, or explain one of them.")
final class ClientsCommand implements Callable<Integer> {
  private static final int LIMIT_MAX = 1_000_000;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "Explain this client.")
  private @Nullable String id;

  @Option(
      names = "--verdict",
      paramLabel = "VERDICT",
      description = "Only those that are UNKNOWN, ALIVE, SUSPECT, DEAD or LEFT.")
  private @Nullable String verdict;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "At most this many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--local", description = "Only those that the asked node itself judges.")
  private boolean isLocal;

  @Mixin private ApiOptions api = new ApiOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be 1 to " + LIMIT_MAX + ", was " + limit);
    }
    JsonNode answer = id == null ? list() : api.get("/v1/clients/" + encoded(id));
    String text;
    if (api.isJson()) {
      text = answer + "\n";
    } else {
      text = id == null ? table(answer) : explanation(answer);
    }
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return Main.OK;
  }

  /** Page by page, because a page is bounded. */
  private JsonNode list() throws IOException {
    JsonNode first = page("", limit);
    ArrayNode rows = (ArrayNode) first.withArray("clients");
    JsonNode last = first;
    while (rows.size() < limit && last.path("clients").size() == ClientsQuery.LIMIT_MAX) {
      String after = rows.get(rows.size() - 1).path("id").asText();
      last = page(after, limit - rows.size());
      rows.addAll((ArrayNode) last.withArray("clients"));
      if (last.path("partial").asBoolean()) {
        ((ObjectNode) first).put("partial", true);
      }
    }
    return first;
  }

  private JsonNode page(String after, int wanted) throws IOException {
    StringBuilder path = new StringBuilder("/v1/clients?limit=");
    path.append(Math.min(wanted, ClientsQuery.LIMIT_MAX)).append("&local=").append(isLocal);
    if (!after.isEmpty()) {
      path.append("&after=").append(encoded(after));
    }
    if (verdict != null) {
      path.append("&verdict=").append(encoded(verdict));
    }
    JsonNode page = api.get(path.toString());
    if (!page.isObject() || !page.path("clients").isArray()) {
      throw new IOException("the answer must hold clients: it is not from a Phial node");
    }
    return page;
  }

  private static String table(JsonNode answer) {
    Table table =
        new Table("ID", "VERDICT", "PHI", "VIA", "INTERVAL", "SILENCE", "BEATS", "HOME", "REASON");
    for (JsonNode client : answer.path("clients")) {
      table.row(
          client.path("id").asText(),
          client.path("verdict").asText(),
          MembersCommand.phi(client),
          client.path("transport").asText(),
          MembersCommand.millis(client.path("intervalMs").asLong()),
          MembersCommand.millis(client.path("silenceMs").asLong(-1)),
          client.path("beats").asText(),
          client.path("home").asText(),
          client.path("reason").asText());
    }
    return table
        + "%d of %d clients%s%n"
            .formatted(
                answer.path("clients").size(),
                answer.path("total").asLong(),
                answer.path("partial").asBoolean() ? "; some nodes did not answer" : "");
  }

  private static String explanation(JsonNode client) {
    Table table = new Table("WHAT", "VALUE");
    for (Map.Entry<String, JsonNode> field : client.properties()) {
      table.row(field.getKey(), field.getValue().asText());
    }
    return table.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
