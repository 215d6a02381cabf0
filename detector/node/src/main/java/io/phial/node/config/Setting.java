package io.phial.node.config;

/**
 * One effective setting and where it came from.
 *
 * @param name the option's name
 * @param value as one would write it; secrets are masked
 * @param source {@code default}, {@code file NAME}, {@code environment NAME} or {@code flag}
 */
public record Setting(String name, String value, String source) {}
