package io.phial.agent;

import java.util.List;

/**
 * The last answer about a group.
 *
 * @param peers the living first
 * @param total how many the nodes hold, listed or not
 * @param partial a node that may hold some did not answer
 * @param atNanos when the answer came, on the monotonic clock
 * @param node who answered
 */
record Group(List<Peer> peers, long total, boolean partial, long atNanos, String node) {}
