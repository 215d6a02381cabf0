package io.phial.core.wire;

/**
 * One row of a node's roster as it is exchanged in full.
 *
 * @param node who and where
 * @param birth the incarnation with which its process started; another birth is another process
 * @param incarnation its incarnation now, at least its birth
 * @param standing what the sender holds it to be
 * @param evidence on what that rests, when it is worse than alive; else silence
 */
public record NodeState(
    NodeInfo node, long birth, long incarnation, Standing standing, EvidenceKind evidence) {
  /** An upper bound of its encoded size. */
  public int bytesMax() {
    return NodeInfoCodec.bytesMax(node) + 9 + 9 + 1 + 1;
  }
}
