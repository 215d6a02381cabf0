package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A page of clients.
 *
 * @param total how many match the verdict asked for, on this page or not
 * @param partial true when a node that may hold some did not answer
 * @param clients sorted by id
 */
@JsonPropertyOrder({"total", "partial", "clients"})
public record ClientsAnswer(long total, boolean partial, List<ClientRow> clients) {}
