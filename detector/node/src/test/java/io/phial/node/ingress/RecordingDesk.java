package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A desk that notes everything and judges nobody. */
public final class RecordingDesk implements ClientDesk {
  public final List<String> calls = new CopyOnWriteArrayList<>();
  public final List<ClientSpec> specs = new CopyOnWriteArrayList<>();
  public final AtomicInteger beats = new AtomicInteger();
  public volatile boolean full;
  public final List<String> payloads = new CopyOnWriteArrayList<>();
  public final List<Listener> listeners = new CopyOnWriteArrayList<>();
  public final AtomicInteger flushes = new AtomicInteger();
  volatile boolean failing;
  volatile boolean forgetful;
  private final AtomicInteger sessions = new AtomicInteger();

  @Override
  public Connected connect(ClientSpec spec, Listener listener) {
    if (failing) {
      throw new IllegalStateException("the desk is broken");
    }
    String id = spec.id().startsWith("tcp:") ? "anonymous" : spec.id();
    specs.add(spec);
    listeners.add(listener);
    calls.add("connect " + id);
    if (full) {
      listener.refused(new Registration.Refused("no room", 1_500));
    }
    return new Connected() {
      @Override
      public void beat() {
        beats.incrementAndGet();
      }

      @Override
      public void beat(byte[] payload) {
        payloads.add(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
        beats.incrementAndGet();
      }

      @Override
      public void closed() {
        calls.add("closed " + id);
      }

      @Override
      public void moving() {
        calls.add("moving " + id);
      }

      @Override
      public void goodbye() {
        calls.add("goodbye " + id);
      }

      @Override
      public void gone(String how) {
        calls.add("gone " + id + " " + how);
      }

      @Override
      public void payload(String text) {
        calls.add("payload " + id + " " + text);
      }

      @Override
      public void dropped() {
        calls.add("dropped " + id);
      }
    };
  }

  @Override
  public Future<Registration> register(ClientSpec spec) {
    if (failing) {
      return Future.failedFuture("the owner is away");
    }
    if (full) {
      return Future.succeededFuture(new Registration.Refused("no room", 1_500));
    }
    specs.add(spec);
    int session = sessions.incrementAndGet() << 12 | 5;
    calls.add("register " + spec.id());
    return Future.succeededFuture(new Registration.Accepted(session));
  }

  @Override
  public Datagrams datagrams(Context loop) {
    return new Datagrams() {
      @Override
      public boolean beat(int session, int sequence) {
        beats.incrementAndGet();
        return !forgetful;
      }

      @Override
      public void goodbye(int session, int sequence) {
        calls.add("goodbye " + (session >>> 12));
      }

      @Override
      public void flush() {
        flushes.incrementAndGet();
      }
    };
  }

  @Override
  public @org.jspecify.annotations.Nullable String elsewhere(String id) {
    return id.equals("stray") ? "10.0.0.7:7070" : null;
  }

  @Override
  public int intervalMillis(long declaredNanos) {
    return declaredNanos == 0 ? 30_000 : (int) (declaredNanos / 1_000_000);
  }
}
