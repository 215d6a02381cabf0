/** The gRPC health service, and its client for probes. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress.grpc;
