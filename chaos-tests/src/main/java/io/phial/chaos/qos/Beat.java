package io.phial.chaos.qos;

/**
 * One beat that arrived.
 *
 * @param client number of the sender, from 0
 * @param sequence the sender's counter; gaps are lost beats
 * @param sentNanos when it was sent
 * @param arrivedNanos when it arrived
 * @param intervalNanos the interval that the sender has announced by then
 * @param part of the trace
 */
record Beat(
    int client, long sequence, long sentNanos, long arrivedNanos, long intervalNanos, Part part) {}
