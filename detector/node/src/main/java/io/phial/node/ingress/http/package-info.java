/** Beats by plain HTTP requests. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress.http;
