package io.phial.core.wire;

/**
 * A statement about one node, carried by beats and by gossip. Statements about an incarnation lower
 * than the known one are void.
 */
public sealed interface Rumour {
  /** Whom it is about. */
  String subject();

  /** The incarnation that it is about. */
  long incarnation();

  /** An upper bound of its encoded size. */
  int bytesMax();

  /** A newer rumour of the same topic says all that this one says. */
  default String topic() {
    return subject();
  }

  /**
   * A node announces or defends itself; a higher incarnation refutes all that was said before.
   *
   * @param node who and where
   * @param birth the incarnation with which its process started
   * @param incarnation its incarnation now
   */
  record Alive(NodeInfo node, long birth, long incarnation) implements Rumour {
    @Override
    public String subject() {
      return node.id();
    }

    @Override
    public int bytesMax() {
      return 1 + NodeInfoCodec.bytesMax(node) + 9 + 9;
    }
  }

  /**
   * Observers agreed on a standing, or the node itself said goodbye.
   *
   * @param standing UNREACHABLE, DEAD or LEFT
   * @param phi the fused suspicion, in steps of 0.01
   * @param observers how many agreed
   * @param kind the hardest evidence among theirs
   * @param silenceMillis how long it was silent
   */
  record Verdict(
      String subject,
      long incarnation,
      Standing standing,
      double phi,
      int observers,
      EvidenceKind kind,
      long silenceMillis)
      implements Rumour {
    @Override
    public int bytesMax() {
      return 1 + 1 + subject.length() + 9 + 1 + 3 + 2 + 1 + 9;
    }
  }

  /**
   * One observer's accusation. Counted, never passed on.
   *
   * @param observer who accuses
   * @param kind on what it rests
   * @param phi the observer's own suspicion, in steps of 0.01
   * @param lastSequence the last beat that the observer heard, -1 for none
   * @param silenceMillis how long ago that was
   */
  record Accusation(
      String subject,
      long incarnation,
      String observer,
      EvidenceKind kind,
      double phi,
      long lastSequence,
      long silenceMillis)
      implements Rumour {
    @Override
    public int bytesMax() {
      return 1 + 1 + subject.length() + 9 + 1 + observer.length() + 1 + 3 + 9 + 9;
    }
  }

  /**
   * One observer has heard the subject: accusations that rest on earlier beats are void.
   *
   * @param observer who vouches
   * @param sequence the last beat that it heard
   */
  record Vouch(String subject, long incarnation, String observer, long sequence) implements Rumour {
    @Override
    public int bytesMax() {
      return 1 + 1 + subject.length() + 9 + 1 + observer.length() + 9;
    }
  }

  /**
   * An observer lost its connection to the subject and asks the others to probe it at once.
   *
   * @param observer who asks
   */
  record ProbeRequest(String subject, long incarnation, String observer) implements Rumour {
    @Override
    public int bytesMax() {
      return 1 + 1 + subject.length() + 9 + 1 + observer.length();
    }
  }

  /**
   * The subject beats, but most of its beats get lost on the way. A refutation does not void it:
   * the subject lives, and is hard to reach all the same.
   *
   * @param incarnation of the subject; only its process counts, not what it refuted since
   * @param observer who says so
   * @param sequence the last beat heard: what is said of a later one is newer
   * @param observers how many observers agreed, then it is passed on; 0 for the word of one, which
   *     is only counted
   * @param lossPercent the share lost, 1 to 100; 0 when it is over
   */
  record Frail(
      String subject,
      long incarnation,
      String observer,
      long sequence,
      int observers,
      int lossPercent)
      implements Rumour {
    /** Checks the share. */
    public Frail {
      if (lossPercent < 0 || lossPercent > 100) {
        throw new IllegalArgumentException("lossPercent must be 0 to 100, was " + lossPercent);
      }
    }

    @Override
    public int bytesMax() {
      return 1 + 1 + subject.length() + 9 + 1 + observer.length() + 9 + 2 + 1;
    }

    @Override
    public String topic() {
      // Not a word about life and death: it must not replace one in a queue.
      return "frail " + subject;
    }
  }
}
