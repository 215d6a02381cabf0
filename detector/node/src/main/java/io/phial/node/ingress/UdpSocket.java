package io.phial.node.ingress;

import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.Registration;
import io.phial.core.wire.SessionKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one datagram socket does with what it reads. Belongs to its event loop but for {@link
 * #close}.
 */
final class UdpSocket implements DatagramPort.Receiver {
  private final ClientSecret secret;
  private final ClientDesk desk;
  private final ClientDesk.Datagrams datagrams;
  private final IngressCounters counters;
  private final BooleanSupplier draining;
  private final UdpRegistrations registrations;
  private volatile @Nullable DatagramPort port;
  private int beats;

  UdpSocket(
      Context loop,
      UdpIngressOptions options,
      ClientSecret secret,
      ClientDesk desk,
      IngressCounters counters,
      BooleanSupplier draining) {
    this.secret = secret;
    this.desk = desk;
    this.datagrams = desk.datagrams(loop);
    this.counters = counters;
    this.draining = draining;
    this.registrations = new UdpRegistrations(loop, options, secret, desk, counters, this::answer);
  }

  void bound(DatagramPort opened) {
    port = opened;
  }

  Future<Void> close() {
    DatagramPort open = port;
    port = null;
    return open == null ? Future.succeededFuture() : open.close();
  }

  @Override
  public void onDatagram(DatagramPort from, byte[] data, int length, InetSocketAddress sender) {
    try {
      if (length > Registration.HELLO_BYTES_MAX) {
        counters.oversized.increment();
        return;
      }
      BeatCodec.Kind kind = BeatCodec.kindOf(data, length);
      switch (kind) {
        case BEAT, PAYLOAD_BEAT, GOODBYE -> onSession(kind, data, length, sender);
        case REGISTRATION -> registrations.onDatagram(data, length, sender);
        case MALFORMED -> counters.malformed.increment();
      }
    } catch (RuntimeException e) {
      // A defect on our side must not end the socket.
      counters.errors.increment();
    }
  }

  private void onSession(BeatCodec.Kind kind, byte[] data, int length, InetSocketAddress sender) {
    int session = BeatCodec.session(data);
    int counter = BeatCodec.counter(data);
    SessionKey key = secret.keyOf(session);
    if (!BeatCodec.isAuthentic(kind, key, data, length)) {
      counters.badMac.increment();
      return;
    }
    int flags = draining.getAsBoolean() ? BeatCodec.GO_ELSEWHERE : 0;
    if (kind == BeatCodec.Kind.GOODBYE) {
      counters.goodbyes.increment();
      datagrams.goodbye(session, counter);
    } else {
      beats++;
      boolean known =
          kind == BeatCodec.Kind.BEAT
              ? datagrams.beat(session, counter)
              : datagrams.beat(
                  session, counter, Arrays.copyOfRange(data, BeatCodec.GOODBYE_BYTES, length));
      if (!known) {
        counters.unknownSession.increment();
        flags |= BeatCodec.REGISTER_AGAIN;
      }
    }
    answer(BeatCodec.ack(key, session, counter, flags, desk.ackIntervalMillis(session)), sender);
  }

  @Override
  public void onBatchEnd() {
    if (beats > 0) {
      counters.beats.increment(beats);
      beats = 0;
    }
    datagrams.flush();
  }

  @Override
  public void onError() {
    counters.errors.increment();
  }

  private void answer(byte[] data, InetSocketAddress to) {
    DatagramPort open = port;
    if (open == null || !open.send(data, data.length, to)) {
      counters.unsent.increment();
    }
  }
}
