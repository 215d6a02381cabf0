/** Gossip membership of nodes: beats, observers, rumours, incarnations, local health. */
@org.jspecify.annotations.NullMarked
package io.phial.core.member;
