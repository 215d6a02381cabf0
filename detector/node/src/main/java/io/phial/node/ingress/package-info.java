/** Where clients' beats come in: TCP and UDP. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress;
