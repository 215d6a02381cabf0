package io.phial.agent;

import io.phial.agent.Sighting.State;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the watches see into what the cluster is told: beats while the program lives, nothing
 * while it is silent, LEFT when it ends in order and DEAD evidence when it is gone otherwise.
 *
 * <p>A program ends in order when that was announced before ({@link #leave}): by itself, or by the
 * supervisor that stops the pod. Thread-safe; calls may wait while a last word is said.
 */
final class Keeper {
  /** How the program stands. */
  enum Phase {
    /** Not seen yet, or not again. */
    WAITING,
    /** It lives and we beat for it. */
    BEATING,
    /** It is silent, and so are we. */
    SILENT,
    /** It was told to be gone. */
    GONE,
    /** It left in order. */
    LEFT
  }

  private final List<Watch> watches;
  private final @Nullable PushWatch push;
  private final LongFunction<Mouth> mouths;
  private final Log log;
  private final String firstPayload;
  private @Nullable Mouth mouth;
  private Phase phase = Phase.WAITING;
  private boolean leaving;
  private long birth;
  private String detail = "";
  private long lives;
  private boolean stopped;

  /**
   * Creates it; says nothing yet.
   *
   * @param watches all must see the program alive; one that sees it gone is enough
   * @param push among the watches, or null
   * @param mouths opens a mouth for a life, whose number grows
   * @param firstPayload said with the first beat of each life
   */
  Keeper(
      List<Watch> watches,
      @Nullable PushWatch push,
      LongFunction<Mouth> mouths,
      Log log,
      String firstPayload) {
    this.watches = List.copyOf(watches);
    this.push = push;
    this.mouths = mouths;
    this.log = log;
    this.firstPayload = firstPayload;
  }

  /**
   * What is known now.
   *
   * @param phase how the program stands
   * @param detail what was seen last
   * @param leaving whether its end was announced
   * @param lives how often it was seen to start
   * @param mouth how the agent stands with the cluster; null while nothing was said
   */
  record Now(Phase phase, String detail, boolean leaving, long lives, @Nullable Mouth mouth) {}

  synchronized Now now() {
    return new Now(phase, detail, leaving, lives, mouth);
  }

  /** A full look at the program; call once an interval. */
  synchronized void look() {
    if (stopped) {
      return;
    }
    Sighting worst = null;
    long seenBirth = 0;
    for (Watch watch : watches) {
      Sighting seen = watch.look();
      seenBirth = Math.max(seenBirth, seen.birth());
      if (worst == null || rank(seen.state()) > rank(worst.state())) {
        worst = seen;
      }
    }
    if (worst != null) {
      take(worst, seenBirth, push == null);
    }
  }

  /** A glance at what can be seen at once; call often. */
  synchronized void glance() {
    if (stopped) {
      return;
    }
    for (Watch watch : watches) {
      Sighting seen = watch.glance();
      if (seen.is(State.GONE)) {
        take(seen, 0, false);
      }
    }
  }

  /** The program pushed a beat. */
  synchronized void push(String payload) {
    if (push == null || stopped) {
      throw new IllegalStateException(
          stopped ? "the agent stops" : "beats are not pushed here: the agent watches by itself");
    }
    push.onPush();
    alive(Sighting.alive("beat pushed", 0), 0, true, payload);
  }

  private static int rank(State state) {
    return switch (state) {
      case ALIVE -> 0;
      case SILENT -> 1;
      case ABSENT -> 2;
      case GONE -> 3;
    };
  }

  private void take(Sighting seen, long seenBirth, boolean beats) {
    switch (seen.state()) {
      case ALIVE -> {
        if (beats) {
          alive(seen, seenBirth, true, "");
        }
      }
      case SILENT, ABSENT -> silent(seen);
      case GONE -> gone(seen);
    }
  }

  private void alive(Sighting seen, long seenBirth, boolean beats, String payload) {
    boolean another = mouth == null || (seenBirth != 0 && birth != 0 && seenBirth != birth);
    if (another) {
      end(mouth == null || leaving, "another process of this name runs");
      lives++;
      leaving = false;
      mouth = mouths.apply(lives);
    }
    birth = seenBirth;
    move(Phase.BEATING, seen);
    Mouth open = mouth;
    if (beats && open != null) {
      open.beat(another && payload.isEmpty() ? firstPayload : payload);
    }
  }

  private void silent(Sighting seen) {
    if (mouth != null) {
      move(Phase.SILENT, seen);
    } else {
      detail = seen.detail();
    }
  }

  private void gone(Sighting seen) {
    if (mouth == null) {
      detail = seen.detail();
      return;
    }
    boolean inOrder = leaving;
    end(inOrder, seen.detail());
    move(inOrder ? Phase.LEFT : Phase.GONE, seen);
  }

  private void end(boolean inOrder, String how) {
    Mouth open = mouth;
    mouth = null;
    if (open == null) {
      return;
    }
    if (inOrder) {
      open.left();
    } else {
      open.gone(how);
    }
  }

  private void move(Phase to, Sighting seen) {
    detail = seen.detail();
    if (phase != to) {
      log.line("app", "from", phase, "to", to, "reason", detail);
      phase = to;
    }
  }

  /**
   * The end of the program is announced: when it comes, it is in order. A program that pushes its
   * beats leaves at once, because nothing else tells when it is gone.
   */
  synchronized void leave() {
    leaving = true;
    log.line("leave announced", "phase", phase);
    if (push != null && mouth != null) {
      end(true, "it said so");
      move(Phase.LEFT, Sighting.gone("it said that it leaves"));
    }
  }

  /** The agent itself is told to stop: that is in order, too. Nothing is said after that. */
  synchronized void stop() {
    stopped = true;
    if (mouth != null) {
      end(true, "the agent stops");
      move(Phase.LEFT, Sighting.gone("the agent was told to stop"));
    }
  }
}
