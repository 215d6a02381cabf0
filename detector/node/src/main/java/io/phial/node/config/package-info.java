/**
 * Settings of a node: file, environment and flags, validated in one place before anything starts.
 */
@org.jspecify.annotations.NullMarked
package io.phial.node.config;
