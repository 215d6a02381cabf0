/**
 * Phial as its users run it: the charts' pods as containers, and what happens when they are hurt.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.container;
