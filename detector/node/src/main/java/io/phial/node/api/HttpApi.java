package io.phial.node.api;

import io.phial.core.registry.Verdict;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.Protocols;
import io.phial.node.metrics.Metrics;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of a node. It answers questions and hands other requests on; one event loop serves
 * all of it.
 *
 * <p>Sizes of lines, headers, pages and answers, the number of connections and of event readers,
 * and the time for an answer are bounded. Whatever is wrong with a request is told as <code>
 * {"error":…}</code> with 400, 404 or 405; when the node cannot answer, with 503. No answer holds a
 * stack trace.
 */
public final class HttpApi {
  private static final int LINE_BYTES_MAX = 4096;
  private static final int HEADER_BYTES_MAX = 8192;

  /** Above this many rows the JSON is made on a worker, so that the event loop stays free. */
  private static final int ROWS_ON_LOOP_MAX = 128;

  private static final Set<String> CLIENTS_PARAMETERS =
      new LinkedHashSet<>(List.of("verdict", "limit", "after", "local", "prefix"));
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final String bind;
  private final NodeConfig.Http http;
  private final NodeQueries queries;
  private final Metrics metrics;
  private final HttpMeters meters;
  private final EventStreams events;
  private final Answers answers;
  private final Router router;
  private Predicate<HttpServerRequest> others = request -> false;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private Sockets sockets = Sockets.plain();
  private volatile int tlsPort;
  private @Nullable Context context;

  /**
   * Creates the API; starts nothing.
   *
   * @param bind numeric address to listen on
   * @param journal the cluster's log of events
   * @param stream what this node hears
   */
  public HttpApi(
      Vertx vertx,
      String bind,
      NodeConfig.Http http,
      NodeQueries queries,
      EventJournal journal,
      VerdictStream stream,
      Metrics metrics) {
    this.vertx = vertx;
    this.bind = bind;
    this.http = http;
    this.queries = queries;
    this.metrics = metrics;
    this.meters = new HttpMeters(metrics.registry(), "phial.http");
    this.events = new EventStreams(vertx, http, journal, stream, metrics.registry());
    this.answers = new Answers(vertx, meters, http.queryTimeout());
    this.router =
        new Router()
            .get("/v1/nodes", (request, none) -> nodes(request))
            .get("/v1/view", (request, none) -> view(request))
            .get("/v1/clients", (request, none) -> clients(request))
            .get("/v1/clients/{id}", this::client)
            .get("/v1/events", (request, none) -> events(request))
            .get("/livez", (request, none) -> answers.health(request, queries::live))
            .get("/readyz", (request, none) -> answers.health(request, queries::ready))
            .get("/metrics", (request, none) -> metrics(request));
  }

  /**
   * Lets somebody else answer requests that are not questions; call before the start.
   *
   * @param taker true when it takes the request, and then answers it; called on the API's loop
   */
  public void others(Predicate<HttpServerRequest> taker) {
    others = taker;
  }

  /** Sets how connections are listened for; call before the start. Needed for TLS. */
  public void sockets(Sockets value) {
    sockets = value;
  }

  /** The bound port inside TLS, 0 when there is none. */
  public int tlsPort() {
    return tlsPort;
  }

  /** Listens; completes with the plain port. Call once. */
  public Future<Integer> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Integer> listening = Promise.promise();
    own.runOnContext(
        nothing -> {
          Future<Integer> plain =
              listen(options(), http.port())
                  .onSuccess(bound -> events.start())
                  .map(HttpServer::actualPort);
          plain.compose(bound -> secure().map(bound)).onComplete(listening);
        });
    return listening.future();
  }

  private Future<HttpServer> listen(HttpServerOptions options, int wanted) {
    HttpServer created = vertx.createHttpServer(options);
    servers.add(created);
    return created
        .requestHandler(this::handle)
        .invalidRequestHandler(this::handleInvalid)
        .connectionHandler(connection -> meters.connected(connection, http.connectionsMax()))
        .exceptionHandler(cause -> meters.broken())
        .listen(wanted, bind);
  }

  private Future<Void> secure() {
    if (http.tlsPort() == Protocols.OFF) {
      return Future.succeededFuture();
    }
    return listen(sockets.secure(options()), http.tlsPort())
        .map(
            listening -> {
              tlsPort = listening.actualPort();
              sockets.follow(listening::updateSSLOptions);
              return null;
            });
  }

  /** Ends the event streams, lets answers under way finish for a moment, and closes. */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(
        nothing -> {
          events.stop();
          List<Future<Void>> closing =
              servers.stream().map(server -> server.shutdown(Duration.ofSeconds(1))).toList();
          Future.join(closing).<Void>mapEmpty().onComplete(stopped);
        });
    return stopped.future();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(LINE_BYTES_MAX)
        .setMaxHeaderSize(HEADER_BYTES_MAX)
        .setIdleTimeout((int) http.idleTimeout().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setCompressionSupported(false)
        .setHttp2ClearTextEnabled(false)
        .setReuseAddress(true);
  }

  private void handle(HttpServerRequest request) {
    try {
      if (others.test(request)) {
        return;
      }
      Router.Match match = router.match(request.method(), request.path());
      meters.asked(match.name());
      match.action().answer(request, match.variable());
    } catch (RequestException e) {
      answers.error(request, e.status(), e.getMessage());
    } catch (RuntimeException e) {
      answers.failed(request, e);
    }
  }

  private void handleInvalid(HttpServerRequest request) {
    meters.broken();
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }

  private void nodes(HttpServerRequest request) {
    RequestText.parameters(request.query(), Set.of());
    answers.later(
        request,
        queries.nodes(),
        found -> answers.send(request, 200, JSON, Buffer.buffer(Json.encode(found))));
  }

  private void view(HttpServerRequest request) {
    RequestText.parameters(request.query(), Set.of());
    answers.send(request, 200, JSON, Buffer.buffer(Json.encode(queries.view())));
  }

  private void clients(HttpServerRequest request) {
    Map<String, String> parameters = RequestText.parameters(request.query(), CLIENTS_PARAMETERS);
    ClientsQuery query =
        new ClientsQuery(
            verdict(parameters.get("verdict")),
            RequestText.integer(
                "limit",
                parameters.get("limit"),
                ClientsQuery.LIMIT_MIN,
                ClientsQuery.LIMIT_MAX,
                ClientsQuery.LIMIT_DEFAULT),
            id("after", parameters.get("after")),
            RequestText.truth("local", parameters.get("local")),
            id("prefix", parameters.get("prefix")));
    answers.later(
        request,
        queries.clients(query).compose(this::clientsJson),
        json -> answers.send(request, 200, JSON, json));
  }

  private Future<Buffer> clientsJson(ClientsAnswer answer) {
    if (answer.clients().size() <= ROWS_ON_LOOP_MAX) {
      return Future.succeededFuture(encoded(answer));
    }
    return vertx.executeBlocking(() -> encoded(answer), false);
  }

  private static Buffer encoded(ClientsAnswer answer) {
    List<ClientRow> rows = answer.clients().stream().map(ClientRow::inList).toList();
    return Buffer.buffer(Json.encode(new ClientsAnswer(answer.total(), answer.partial(), rows)));
  }

  private void client(HttpServerRequest request, String segment) {
    Map<String, String> parameters = RequestText.parameters(request.query(), Set.of("local"));
    String id = RequestText.clientId(segment);
    boolean isLocal = RequestText.truth("local", parameters.get("local"));
    answers.later(
        request,
        queries.client(id, isLocal),
        found ->
            found.ifPresentOrElse(
                row -> answers.send(request, 200, JSON, Buffer.buffer(Json.encode(row))),
                () -> answers.error(request, 404, "no client " + id)));
  }

  private void events(HttpServerRequest request) {
    events.open(vertx.getOrCreateContext(), request);
  }

  private void metrics(HttpServerRequest request) {
    RequestText.parameters(request.query(), Set.of());
    answers.later(
        request,
        vertx.executeBlocking(metrics::scrape, false),
        text -> answers.send(request, 200, Metrics.CONTENT_TYPE, Buffer.buffer(text)));
  }

  private static @Nullable Verdict verdict(@Nullable String text) {
    if (text == null) {
      return null;
    }
    for (Verdict verdict : Verdict.values()) {
      if (verdict.name().equals(text.toUpperCase(Locale.ROOT))) {
        return verdict;
      }
    }
    String words =
        Arrays.stream(Verdict.values()).map(Enum::name).collect(Collectors.joining(", "));
    throw RequestException.bad("verdict", "one of " + words, text);
  }

  private static String id(String parameter, @Nullable String text) {
    return text == null || text.isEmpty() ? "" : RequestText.checkId(parameter, text);
  }
}
