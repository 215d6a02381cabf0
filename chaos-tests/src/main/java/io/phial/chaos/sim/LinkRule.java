package io.phial.chaos.sim;

/** A condition of the network while a fault lasts. Pure. */
interface LinkRule {
  /**
   * How likely a packet of one node to another is lost now.
   *
   * @param from index of the sender
   * @param to index of the receiver
   * @return 0 to 1; 1 is a cut
   */
  double loss(int from, int to, long nowNanos);
}
