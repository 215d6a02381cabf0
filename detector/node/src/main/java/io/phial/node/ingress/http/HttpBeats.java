package io.phial.node.ingress.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Usage;
import io.phial.node.ingress.BeatText;
import io.phial.node.ingress.BeatText.Unreadable;
import io.phial.node.ingress.ClientDesk.Registration;
import io.phial.node.ingress.IngressCounters;
import io.phial.node.ingress.SlotDesk;
import io.phial.node.ingress.SlotDesk.Owner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Beats by {@code PUT} or {@code POST /v1/clients/{id}/beat}, goodbyes by {@code DELETE}. A request
 * that arrives at another node than the owner of the client's slot is passed to that node's API
 * once; only there is it judged. Runs on the API's event loop.
 *
 * <p>The body is the payload: one that is longer than its bound is refused before it is read.
 */
public final class HttpBeats {
  private static final String PREFIX = "/v1/clients/";
  private static final String SUFFIX = "/beat";
  private static final Set<String> PARAMETERS =
      new java.util.TreeSet<>(Set.of("interval", "incarnation", "profile", "mode", "nat"));
  private static final int RETRY_MILLIS = 1000;

  private final Vertx vertx;
  private final SlotDesk desk;
  private final Hop hop;
  private final IngressCounters counters;
  private final int payloadBytesMax;

  /**
   * Creates it; opens nothing.
   *
   * @param payloadBytesMax longer bodies are refused
   */
  public HttpBeats(Vertx vertx, SlotDesk desk, int payloadBytesMax, MeterRegistry meters) {
    this.vertx = vertx;
    this.desk = desk;
    this.payloadBytesMax = payloadBytesMax;
    this.counters = new IngressCounters(meters, "http");
    this.hop = new Hop(vertx);
  }

  /** Takes the request if it is a beat or a goodbye. */
  public boolean take(HttpServerRequest request) {
    String path = request.path();
    if (path == null
        || !path.startsWith(PREFIX)
        || !path.endsWith(SUFFIX)
        || path.length() <= PREFIX.length() + SUFFIX.length()) {
      return false;
    }
    String id = path.substring(PREFIX.length(), path.length() - SUFFIX.length());
    if (id.indexOf('/') >= 0) {
      return false;
    }
    try {
      take(request, BeatText.id(id));
    } catch (Unreadable e) {
      counters.malformed.increment();
      answer(request, 400, error(e.getMessage()));
    }
    return true;
  }

  private void take(HttpServerRequest request, String id) throws Unreadable {
    boolean goodbye = request.method().equals(HttpMethod.DELETE);
    if (!goodbye
        && !request.method().equals(HttpMethod.PUT)
        && !request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("allow", "PUT, POST, DELETE");
      answer(request, 405, error("method must be PUT, POST or DELETE"));
      return;
    }
    Map<String, String> parameters = BeatText.parameters(request.query(), PARAMETERS);
    ClientSpec spec = BeatText.spec(id, Transport.UDP, parameters);
    Usage usage = BeatText.usage(parameters);
    body(
        request,
        payload -> {
          Owner owner = desk.ownerOf(id);
          if (owner instanceof Owner.Here) {
            ClientSpec profiled =
                goodbye ? spec : desk.profiled(spec, usage, !usage.profile().isEmpty());
            takeHere(request, profiled, payload, goodbye);
          } else if (owner instanceof Owner.There there) {
            pass(request, there, payload);
          } else {
            refuse(request, "starting", RETRY_MILLIS);
          }
        });
  }

  private void body(HttpServerRequest request, Consumer<Buffer> whole) {
    Buffer body = Buffer.buffer();
    boolean[] tooLong = {declaredLength(request) > payloadBytesMax};
    if (tooLong[0]) {
      tooLong(request);
    }
    request.handler(
        chunk -> {
          if (!tooLong[0] && body.length() + chunk.length() > payloadBytesMax) {
            tooLong[0] = true;
            tooLong(request);
          } else if (!tooLong[0]) {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(
        end -> {
          if (!tooLong[0]) {
            whole.accept(body);
          }
        });
    // The connection is gone; there is nobody to answer.
    request.exceptionHandler(failure -> tooLong[0] = true);
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
  }

  private void tooLong(HttpServerRequest request) {
    counters.oversized.increment();
    // What is still to come is not read.
    request.response().putHeader("connection", "close");
    answer(request, 413, error("payload must be at most " + payloadBytesMax + " bytes"));
  }

  private void takeHere(
      HttpServerRequest request, ClientSpec spec, Buffer payload, boolean goodbye) {
    Context own = vertx.getOrCreateContext();
    if (goodbye) {
      desk.goodbye(spec.id())
          .onSuccess(known -> own.runOnContext(nothing -> saidGoodbye(request, spec.id(), known)))
          .onFailure(e -> own.runOnContext(nothing -> refuse(request, "busy", RETRY_MILLIS)));
      return;
    }
    if (payload.length() > desk.payloadBytesMax(spec)) {
      counters.oversized.increment();
      String bound = "payload must be at most " + desk.payloadBytesMax(spec) + " bytes";
      answer(request, 413, error(bound + " by its profile"));
      return;
    }
    desk.beat(spec, "http", payload.getBytes())
        .onSuccess(taken -> own.runOnContext(nothing -> taken(request, spec, taken)))
        .onFailure(e -> own.runOnContext(nothing -> refuse(request, "busy", RETRY_MILLIS)));
  }

  private void saidGoodbye(HttpServerRequest request, String id, boolean known) {
    if (known) {
      counters.goodbyes.increment();
      answer(request, 200, new JsonObject().put("id", id));
    } else {
      answer(request, 404, error("no client " + id));
    }
  }

  private void taken(HttpServerRequest request, ClientSpec spec, Registration taken) {
    if (taken instanceof Registration.Refused refused) {
      refuse(request, refused.reason(), refused.retryAfterMillis());
      return;
    }
    counters.beats.increment();
    answer(
        request,
        200,
        new JsonObject()
            .put("id", spec.id())
            .put(
                "intervalMs", spec.intervalNanos() == 0 ? null : spec.intervalNanos() / 1_000_000));
  }

  private void pass(HttpServerRequest request, Owner.There there, Buffer payload) {
    if (request.getHeader(Hop.HEADER) != null) {
      // Two nodes with different views: a request is not worth sending in circles.
      refuse(request, "owner changing", RETRY_MILLIS);
      return;
    }
    Future<Hop.Answer> answer = hop.pass(there.http(), request.method(), request.uri(), payload);
    answer
        .onSuccess(passed -> answer(request, passed.status(), passed.body()))
        .onFailure(e -> refuse(request, "owner not reached", RETRY_MILLIS));
  }

  private void refuse(HttpServerRequest request, String reason, int retryAfterMillis) {
    counters.refused.increment();
    long seconds = Math.max(1, (retryAfterMillis + 999) / 1000);
    request.response().putHeader("retry-after", Long.toString(seconds));
    answer(request, 503, error(reason + ", try again"));
  }

  private static JsonObject error(String message) {
    return new JsonObject().put("error", message);
  }

  private void answer(HttpServerRequest request, int status, JsonObject body) {
    answer(request, status, body.toBuffer());
  }

  private void answer(HttpServerRequest request, int status, Buffer body) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .putHeader("cache-control", "no-store")
        .end(body)
        .onFailure(failure -> counters.unsent.increment());
  }
}
