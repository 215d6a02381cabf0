package io.phial.core.wire;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Any valid frame, from a seed. */
final class RandomFrames {
  private static final String ID =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

  private final Random random;

  RandomFrames(long seed) {
    random = new Random(seed);
  }

  Frame next() {
    return switch (random.nextInt(13)) {
      case 0 -> beat();
      case 1 ->
          new Frame.Echo(speaker(), number(), hold(), random.nextInt(16), list(4, this::rumour));
      case 2 -> new Frame.Gossip(speaker(), random.nextInt(16), list(64, this::rumour));
      case 3 -> join();
      case 4 -> new Frame.JoinReply(speaker(), list(20, this::state));
      case 5 -> new Frame.Sync(speaker(), random.nextBoolean(), list(300, this::state));
      case 6 -> new Frame.Leave(speaker());
      case 7 -> forwarded();
      case 8 -> new Frame.Call(speaker(), random.nextBoolean());
      case 9 -> new Frame.Digest(speaker(), random.nextLong());
      case 10 -> shortBeat();
      case 11 -> word();
      default -> new UnknownSessions(id(), random.ints(random.nextInt(301)).toArray());
    };
  }

  private ForwardedWord word() {
    byte[] payload = new byte[1 + random.nextInt(BeatCodec.PAYLOAD_BYTES_MAX)];
    random.nextBytes(payload);
    return new ForwardedWord(id(), random.nextInt(), (char) random.nextInt(), payload);
  }

  Rumour rumour() {
    EvidenceKind kind = random.nextBoolean() ? EvidenceKind.REFUSED : EvidenceKind.SILENCE;
    double phi = random.nextInt(2000) / 100.0;
    return switch (random.nextInt(6)) {
      case 0 -> {
        Frame.Speaker life = speaker();
        yield new Rumour.Alive(node(id()), life.birth(), life.incarnation());
      }
      case 1 ->
          new Rumour.Verdict(
              id(),
              number(),
              standing(1 + random.nextInt(3)),
              phi,
              random.nextInt(1000),
              kind,
              number());
      case 2 -> new Rumour.Accusation(id(), number(), id(), kind, phi, number() / 2 - 1, number());
      case 3 -> new Rumour.Vouch(id(), number(), id(), number());
      case 4 ->
          new Rumour.Frail(
              id(), number(), id(), number(), random.nextInt(1000), random.nextInt(101));
      default -> new Rumour.ProbeRequest(id(), number(), id());
    };
  }

  private Frame beat() {
    boolean echo = random.nextBoolean();
    return new Frame.Beat(
        speaker(),
        number(),
        random.nextInt(86_400_000) * 1_000_000L,
        echo ? number() : -1,
        echo ? hold() : 0,
        random.nextInt(16),
        list(3, this::rumour));
  }

  private Frame shortBeat() {
    boolean echo = random.nextBoolean();
    return new Frame.ShortBeat(
        random.nextInt(),
        random.nextInt(0x10000),
        echo ? random.nextInt(0x100) : -1,
        echo ? random.nextInt(0x10000) * 64_000L : 0,
        random.nextInt(16),
        random.nextBoolean(),
        list(3, this::rumour));
  }

  private Frame join() {
    Frame.Speaker from = speaker();
    return new Frame.Join(from, node(from.id()));
  }

  private Frame forwarded() {
    int count = random.nextInt(ForwardedBeats.BEATS_MAX + 1);
    char[] sequences = new char[count];
    boolean[] goodbyes = new boolean[count];
    for (int i = 0; i < count; i++) {
      sequences[i] = (char) random.nextInt();
      goodbyes[i] = random.nextBoolean();
    }
    return new ForwardedBeats(id(), random.ints(count).toArray(), sequences, goodbyes);
  }

  private NodeState state() {
    Frame.Speaker life = speaker();
    Standing standing = standing(random.nextInt(4));
    EvidenceKind evidence = random.nextBoolean() ? EvidenceKind.SILENCE : EvidenceKind.REFUSED;
    return new NodeState(node(life.id()), life.birth(), life.incarnation(), standing, evidence);
  }

  private NodeInfo node(String id) {
    Endpoint gossip = endpoint();
    boolean same = random.nextBoolean();
    return new NodeInfo(
        id,
        random.nextBoolean() ? "" : "zone " + random.nextInt(9),
        gossip,
        same ? gossip : endpoint(),
        same ? gossip : endpoint(),
        same ? gossip : endpoint(),
        1 + random.nextInt(1000));
  }

  private Endpoint endpoint() {
    String host =
        switch (random.nextInt(4)) {
          case 0 -> "fe80::" + random.nextInt(9999) + "%eth0";
          case 1 -> "010.1.2.3";
          case 2 -> "256.1.2.3";
          default -> random.nextInt(256) + ".0." + random.nextInt(256) + ".255";
        };
    return new Endpoint(host, 1 + random.nextInt(65535));
  }

  private Frame.Speaker speaker() {
    long incarnation = number();
    return new Frame.Speaker(
        id(), incarnation - random.nextInt(100) % (incarnation + 1), incarnation);
  }

  private static Standing standing(int code) {
    try {
      return Standing.of(code);
    } catch (MalformedFrameException e) {
      throw new AssertionError(e);
    }
  }

  private String id() {
    StringBuilder id = new StringBuilder();
    for (int i = random.nextInt(64); i >= 0; i--) {
      id.append(ID.charAt(random.nextInt(ID.length())));
    }
    return id.toString();
  }

  private long number() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private long hold() {
    return random.nextInt(1_000_000_000) * 1000L;
  }

  private <T> List<T> list(int max, Supplier<T> element) {
    return Stream.generate(element).limit(random.nextInt(max + 1)).toList();
  }
}
