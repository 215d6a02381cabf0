/**
 * Log lines: one format for people, one for collectors, always to stderr. Imports nothing of Phial
 * but its settings.
 */
@org.jspecify.annotations.NullMarked
package io.phial.node.logging;
