package io.phial.core.wire;

/**
 * What a node tells about itself: its identity in the cluster and where it is reached. Travels in
 * rumours and in the view.
 *
 * @param id the node's own name, 1 to 64 characters of [A-Za-z0-9._-]; never an address
 * @param zone failure domain, may be empty
 * @param gossip UDP and TCP endpoint for other nodes
 * @param tcp where clients connect with plain TCP
 * @param udp where clients send datagrams
 * @param http the HTTP API
 * @param capacity relative weight in placement, 1 to 1000
 */
public record NodeInfo(
    String id,
    String zone,
    Endpoint gossip,
    Endpoint tcp,
    Endpoint udp,
    Endpoint http,
    int capacity) {}
