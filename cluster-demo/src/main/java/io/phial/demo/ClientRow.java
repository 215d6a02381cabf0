package io.phial.demo;

/**
 * One client as {@code GET /v1/clients} lists it.
 *
 * @param id the client
 * @param verdict UNKNOWN, ALIVE, SUSPECT, DEAD or LEFT
 * @param home the node that judges it
 * @param beats counted so far
 * @param reason one sentence
 */
public record ClientRow(String id, String verdict, String home, long beats, String reason) {}
