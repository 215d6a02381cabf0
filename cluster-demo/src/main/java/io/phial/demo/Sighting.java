package io.phial.demo;

/**
 * A verdict change together with the node that printed it.
 *
 * @param observer the node on whose standard output it stood
 * @param event what it said
 */
public record Sighting(String observer, VerdictEvent event) {}
