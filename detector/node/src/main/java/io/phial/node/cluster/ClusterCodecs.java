package io.phial.node.cluster;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import java.util.function.ToIntFunction;

/**
 * How the shared values look as bytes, and where a client belongs.
 *
 * @param view the view's bytes
 * @param record a client record's bytes
 * @param slotOf the slot of a client id, 0 to 4095; the same function on every node
 */
public record ClusterCodecs(
    Codec<View> view, Codec<ClientRecord> record, ToIntFunction<String> slotOf) {}
