package io.phial.chaos.qos;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Beats of a fleet from one seed. Every sender has a stream of random numbers of its own, so the
 * same seed gives the same beats whatever else is run.
 */
final class GeneratedTrace implements BeatSource {
  /** Beats of each sender that are not judged. */
  static final int WARM_UP_BEATS = 500;

  private static final int SHIFTED_BEATS = 100;

  /**
   * What a trace is made of.
   *
   * @param clients senders
   * @param beatsEach beats that each sends after the warm-up
   * @param shiftAt the beat of each sender with which its network changes, or a negative number
   */
  record Shape(int clients, long beatsEach, long shiftAt) {}

  /** One sender. */
  private static final class Sender {
    final SplittableRandom random;
    final Schedule schedule;
    final Network network;
    long sent;
    long intervalNanos;

    Sender(SplittableRandom random, Schedule schedule, Network network) {
      this.random = random;
      this.schedule = schedule;
      this.network = network;
      this.intervalNanos = schedule.intervalNanos();
    }
  }

  /** Something that happens; {@code arrives} is null when it is a sending. */
  private record Event(long atNanos, long order, int client, @Nullable Beat arrives)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final String name;
  private final Shape shape;
  private final Sender[] senders;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long order;

  GeneratedTrace(
      String name,
      Shape shape,
      long seed,
      IntFunction<Supplier<Network>> networks,
      LongFunction<Schedule> schedules) {
    this.name = name;
    this.shape = shape;
    this.senders = new Sender[shape.clients()];
    SplittableRandom random = new SplittableRandom(seed);
    for (int c = 0; c < senders.length; c++) {
      SplittableRandom own = random.split();
      long start = Schedule.SECOND + own.nextLong(Schedule.SECOND);
      senders[c] = new Sender(own, schedules.apply(start), networks.apply(c).get());
      send(c);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int clients() {
    return senders.length;
  }

  @Override
  public long intervalNanos() {
    return Schedule.SECOND;
  }

  @Override
  public boolean next(Beats batch) {
    batch.clear();
    while (!batch.isFull() && !events.isEmpty()) {
      Event event = events.remove();
      if (event.arrives == null) {
        leave(event);
      } else {
        batch.add(event.arrives);
      }
    }
    return batch.size() > 0;
  }

  /** Puts the next sending of a client into the queue, if there is one. */
  private void send(int client) {
    Sender sender = senders[client];
    if (sender.sent < WARM_UP_BEATS + shape.beatsEach()) {
      events.add(new Event(sender.schedule.nextNanos(sender.random), order++, client, null));
    }
  }

  private void leave(Event event) {
    Sender sender = senders[event.client];
    long delay = sender.network.delayNanos(sender.random);
    // Who announces an interval repeats it until it is heard.
    boolean announces = sender.intervalNanos != sender.schedule.intervalNanos();
    sender.intervalNanos = sender.schedule.intervalNanos();
    if (delay != Network.LOST || announces) {
      long arrival = event.atNanos + Math.max(0, delay);
      Part part = part(sender.sent);
      long number = sender.sent;
      Beat beat =
          new Beat(event.client, number, event.atNanos, arrival, sender.intervalNanos, part);
      events.add(new Event(arrival, order++, event.client, beat));
    }
    sender.sent++;
    send(event.client);
  }

  private Part part(long beat) {
    if (beat < WARM_UP_BEATS) {
      return Part.WARM_UP;
    }
    if (shape.shiftAt() < 0 || beat < shape.shiftAt()) {
      return Part.STEADY;
    }
    return beat < shape.shiftAt() + SHIFTED_BEATS ? Part.SHIFTED : Part.SETTLED;
  }
}
