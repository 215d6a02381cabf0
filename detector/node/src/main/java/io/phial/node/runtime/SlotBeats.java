package io.phial.node.runtime;

import io.phial.core.placement.Slots;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Usage;
import io.phial.node.ingress.ClientDesk.Registration;
import io.phial.node.ingress.SlotDesk;
import io.vertx.core.Future;

/**
 * Takes beats that name their client each time, at the owner of its slot. To the judge they are
 * datagrams without a counter: where they arrive says nothing about the client. Thread-safe.
 */
final class SlotBeats implements SlotDesk {
  private static final int RETRY_MILLIS = 5000;

  private final Clients clients;
  private final SlotRouter router;
  private final Desk desk;

  SlotBeats(Clients clients, SlotRouter router, Desk desk) {
    this.clients = clients;
    this.router = router;
    this.desk = desk;
  }

  @Override
  public ClientSpec profiled(ClientSpec spec, Usage usage, boolean mayChoose) {
    return desk.profiled(spec, usage, mayChoose);
  }

  @Override
  public int payloadBytesMax(ClientSpec spec) {
    return desk.payloadBytesMax(spec);
  }

  @Override
  public Owner ownerOf(String id) {
    NodeInfo owner = router.ownerOf(Slots.slotOf(id));
    if (owner == null) {
      return new Owner.Nobody();
    }
    return owner.id().equals(router.selfId())
        ? new Owner.Here()
        : new Owner.There(owner.id(), owner.http());
  }

  @Override
  public Future<Registration> beat(ClientSpec spec, String protocol, byte[] payload) {
    return clients.ofId(spec.id()).ask((shard, now) -> take(shard, spec, protocol, payload, now));
  }

  private Registration take(
      ClientShard shard, ClientSpec spec, String protocol, byte[] payload, long nowNanos) {
    int row = shard.shard().rowOf(spec.id());
    if (row != Shard.NONE && isKnown(shard, row, spec)) {
      shard.shard().onBeat(row, -1, nowNanos);
    } else if (!register(shard, spec, nowNanos)) {
      return new Registration.Refused("node full", RETRY_MILLIS);
    }
    note(shard, spec.id(), protocol, payload, nowNanos);
    return new Registration.Accepted(0);
  }

  // A connection's client stays one: the request is a further sign of its life.
  private static boolean isKnown(ClientShard shard, int row, ClientSpec spec) {
    if (shard.shard().verdict(row) == Verdict.LEFT) {
      return false;
    }
    ClientSpec known = shard.shard().spec(row);
    boolean sameInterval =
        spec.intervalNanos() == 0 || spec.intervalNanos() == known.intervalNanos();
    boolean isAt = shard.connection(spec.id()) != null || known.transport() == Transport.UDP;
    boolean sameProfile = spec.profile() == known.profile();
    return isAt && sameInterval && sameProfile && spec.incarnation() <= known.incarnation();
  }

  private boolean register(ClientShard shard, ClientSpec spec, long nowNanos) {
    if (shard.shard().register(spec, nowNanos) == Shard.NONE) {
      return false;
    }
    Desk.Connection before = shard.connections().remove(spec.id());
    if (before != null) {
      before.takenOver();
    }
    desk.save(shard, spec.id(), nowNanos);
    return true;
  }

  private static void note(
      ClientShard shard, String id, String protocol, byte[] payload, long nowNanos) {
    LatestWords.Word last = shard.words().of(id);
    if (payload.length > 0 || last == null) {
      shard.words().put(id, protocol, payload, nowNanos);
    }
  }

  @Override
  public Future<Boolean> goodbye(String id) {
    return clients
        .ofId(id)
        .ask(
            (shard, now) -> {
              int row = shard.shard().rowOf(id);
              if (row == Shard.NONE) {
                return false;
              }
              shard.shard().onGoodbye(row, now);
              return true;
            });
  }
}
