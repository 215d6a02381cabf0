package io.phial.node.api;

/**
 * Who decided an event, and its key: no two events have the same judge, life and number, and a
 * second copy of one has the same three. Numbers of one life grow by one; a gap means that events
 * were dropped there.
 *
 * @param judge the node that decided it
 * @param life which start of that node: its incarnation
 * @param number counts the events of that life from 1
 * @param epoch of the view in force there
 * @param partial true when the judge did not reach all nodes of its view: others may know better
 */
public record EventOrigin(String judge, long life, long number, long epoch, boolean partial) {}
