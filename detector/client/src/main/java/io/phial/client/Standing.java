package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.time.Duration;

/**
 * How a client stands with the cluster at one moment.
 *
 * @param registered true while the client believes that it is judged
 * @param node where its beats go
 * @param interval the time between its beats
 * @param beats beats sent since it connected, repeats to another node not counted
 * @param acknowledged beats acknowledged by any node
 * @param registrations times that it was registered
 */
public record Standing(
    boolean registered,
    Endpoint node,
    Duration interval,
    long beats,
    long acknowledged,
    long registrations) {}
