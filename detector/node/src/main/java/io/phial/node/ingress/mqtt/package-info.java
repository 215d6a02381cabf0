/** MQTT 3.1.1 and 5: beats, last wills and statuses as topics. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress.mqtt;
