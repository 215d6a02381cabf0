package io.phial.node.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one receiver every event of the journal, in order and at least once, while it is this
 * node's turn. How far it came is kept in the shared store after each delivery, so whoever takes
 * the duty over goes on there; what was delivered just before may then be delivered again.
 *
 * <p>A request that fails (anything but a 2xx answer in time) is sent again after a pause that
 * doubles and is drawn evenly from zero up to that ("full jitter"). Nothing is queued here: events
 * wait in the journal, and what the journal had to forget meanwhile is counted and told to the
 * receiver as {@code missed}. All methods run on one context.
 */
public final class Webhook {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final int BATCH_MAX = 64;
  private static final long PAUSE_MILLIS_MIN = 500;
  private static final int DOUBLINGS_MAX = 20;

  private final String url;
  private final byte[] secret;
  private final NodeConfig.Webhooks settings;
  private final HttpClient client;
  private final EventJournal journal;
  private final Marks marks;
  private final RandomGenerator random;
  private final Counter delivered;
  private final Counter failed;
  private final Counter missed;

  private enum Stage {
    /** Another node's turn. */
    RESTING,
    /** Finding out how far it came. */
    LOOKING,
    /** Ready for the next request. */
    READY,
    /** A request is under way. */
    SENDING
  }

  private Stage stage = Stage.RESTING;

  /** Grows with every turn; answers to an earlier turn's questions are ignored. */
  private int turn;

  private long position;
  private long missedBefore;
  private int failures;
  private long notBeforeNanos;

  /** Where the place of the last delivery is kept. */
  public interface Marks {
    /** The mark; empty when there is none. */
    Future<Optional<byte[]>> read();

    /** Writes the mark. */
    Future<Void> write(byte[] mark);
  }

  /**
   * Creates one receiver's sender; it starts with its first turn.
   *
   * @param url where to send
   * @param client shared by all receivers; must not follow redirects
   */
  public Webhook(
      String url,
      NodeConfig.Webhooks settings,
      HttpClient client,
      EventJournal journal,
      Marks marks,
      RandomGenerator random,
      MeterRegistry meters) {
    this.url = url;
    this.secret = settings.secret().bytes();
    this.settings = settings;
    this.client = client;
    this.journal = journal;
    this.marks = marks;
    this.random = random;
    this.delivered = Counter.builder("phial.webhooks.events.delivered").register(meters);
    this.failed = Counter.builder("phial.webhooks.requests.failed").register(meters);
    this.missed = Counter.builder("phial.webhooks.events.missed").register(meters);
  }

  /**
   * Does what is due; call a few times a second.
   *
   * @param mine whether it is this node's turn
   */
  public void step(boolean mine, long nowNanos) {
    if (!mine) {
      if (stage != Stage.RESTING) {
        turn++;
        stage = Stage.RESTING;
      }
      return;
    }
    if (stage == Stage.RESTING && journal.isLoaded()) {
      look(nowNanos);
    } else if (stage == Stage.READY && nowNanos - notBeforeNanos >= 0) {
      send();
    }
  }

  private void look(long nowNanos) {
    stage = Stage.LOOKING;
    turn++;
    int asked = turn;
    marks
        .read()
        .onComplete(
            read -> {
              if (turn != asked) {
                return;
              }
              if (read.failed()) {
                stage = Stage.RESTING;
                return;
              }
              String last =
                  read.result().map(m -> new String(m, StandardCharsets.US_ASCII)).orElse("0");
              EventSource.Start start = journal.after(last);
              position = start.position();
              missedBefore = start.missed();
              failures = 0;
              notBeforeNanos = nowNanos;
              stage = Stage.READY;
            });
  }

  private void send() {
    EventSource.Page page = journal.read(position, BATCH_MAX);
    if (page.items().isEmpty() && page.missed() == 0 && missedBefore == 0) {
      return;
    }
    stage = Stage.SENDING;
    int sent = turn;
    long lost = lost(page);
    Buffer body = Buffer.buffer(body(page, lost));
    post(body)
        .onComplete(
            answer -> {
              if (turn != sent) {
                return;
              }
              stage = Stage.READY;
              if (answer.succeeded()) {
                onDelivered(page, lost);
              } else {
                onFailure(answer.cause());
              }
            });
  }

  private long lost(EventSource.Page page) {
    if (missedBefore == EventSource.Start.UNKNOWN) {
      return EventSource.Start.UNKNOWN;
    }
    long gaps = page.items().stream().mapToLong(EventSource.Item::missed).sum();
    return missedBefore + page.missed() + gaps;
  }

  private static String body(EventSource.Page page, long lost) {
    StringBuilder body = new StringBuilder("{\"missed\":");
    body.append(lost == EventSource.Start.UNKNOWN ? "null" : String.valueOf(lost));
    body.append(",\"events\":[");
    String separator = "";
    for (EventSource.Item item : page.items()) {
      VerdictEvent event = item.event();
      if (event != null) {
        String line = EventLine.encode(event);
        body.append(separator).append("{\"place\":\"").append(item.id()).append("\",");
        body.append(line, 1, line.length());
        separator = ",";
      }
    }
    return body.append("]}").toString();
  }

  private Future<Void> post(Buffer body) {
    String timestamp = Long.toString(System.currentTimeMillis() / 1_000);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url)
            .setFollowRedirects(false)
            .setConnectTimeout(settings.timeout().toMillis())
            .putHeader("content-type", "application/json")
            .putHeader(WebhookSignature.TIMESTAMP_HEADER, timestamp)
            .putHeader(
                WebhookSignature.SIGNATURE_HEADER,
                WebhookSignature.of(secret, timestamp, body.getBytes()));
    return client
        .request(options)
        .compose(
            request ->
                request
                    .send(body)
                    .compose(Webhook::check)
                    .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(cause -> request.reset()));
  }

  private static Future<Void> check(HttpClientResponse response) {
    int status = response.statusCode();
    // The answer's body is nobody's business; it is read over and forgotten.
    response.handler(ignored -> {});
    return response
        .end()
        .compose(
            ended ->
                status / 100 == 2
                    ? Future.succeededFuture()
                    : Future.failedFuture("the answer was " + status));
  }

  private void onDelivered(EventSource.Page page, long lost) {
    if (failures > 0) {
      LOG.info("webhook answers again url={} failures={}", url, failures);
    }
    failures = 0;
    position = page.next();
    missedBefore = 0;
    if (lost > 0) {
      missed.increment((double) lost);
    }
    String last = null;
    for (EventSource.Item item : page.items()) {
      if (item.event() != null) {
        delivered.increment();
        last = item.id();
      }
    }
    if (last != null) {
      mark(last);
    }
  }

  private void mark(String id) {
    marks
        .write(id.getBytes(StandardCharsets.US_ASCII))
        .onFailure(cause -> LOG.debug("the mark is written with the next delivery", cause));
  }

  private void onFailure(@Nullable Throwable cause) {
    failed.increment();
    failures++;
    long doubled = PAUSE_MILLIS_MIN << Math.min(DOUBLINGS_MAX, failures - 1);
    long pauseMillis = random.nextLong(Math.min(settings.pauseMax().toMillis(), doubled) + 1);
    notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    if (failures == 1) {
      LOG.warn("webhook failed url={}, it is tried again: {}", url, String.valueOf(cause));
    } else {
      LOG.debug("webhook failed url={} failures={}", url, failures);
    }
  }
}
