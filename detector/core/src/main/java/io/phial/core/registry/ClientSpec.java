package io.phial.core.registry;

/**
 * What a client declares when it registers.
 *
 * @param id 1 to 128 characters, printable ASCII without blanks
 * @param session the 32-bit handle that its datagrams carry, or 0 for a client without one; the low
 *     12 bits are its slot
 * @param incarnation grows with every start of the client; 0 when the client does not know
 * @param transport how its beats travel
 * @param intervalNanos the agreed time between beats, or 0 when it is to be learned from its beats
 * @param anonymous true when the id is only its connection: nobody can take it over
 */
public record ClientSpec(
    String id,
    int session,
    long incarnation,
    Transport transport,
    long intervalNanos,
    boolean anonymous) {}
