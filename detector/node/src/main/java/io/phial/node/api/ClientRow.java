package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.phial.core.registry.ClientSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * One client.
 *
 * @param id its name
 * @param verdict what the cluster says about it
 * @param phi suspicion, three decimals
 * @param transport how its beats travel
 * @param intervalMs agreed or learned time between beats
 * @param silenceMs since its last beat
 * @param beats since it registered
 * @param lossRate decayed share of lost beats, 0 to 1, three decimals
 * @param home the node that judges it
 * @param slot its class, 0 to 4095
 * @param reason one sentence that explains the verdict
 * @param suspectInMs time until it is suspected if it stays silent; negative when past; null in
 *     lists
 * @param deadInMs time until it is declared dead if it stays silent; negative when past; null in
 *     lists
 * @param protocol how its beats come; null in lists and when not known
 * @param profile the name of its profile; null in lists and when it has none
 * @param payload what it said last, Base64 after <code>base64:</code> when it is not text; null
 *     when it said nothing
 * @param payloadAgeMs since it said so; null in lists and when it said nothing
 */
@JsonPropertyOrder({
  "id",
  "verdict",
  "phi",
  "transport",
  "intervalMs",
  "silenceMs",
  "beats",
  "lossRate",
  "home",
  "slot",
  "reason",
  "suspectInMs",
  "deadInMs",
  "protocol",
  "profile",
  "payload",
  "payloadAgeMs"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClientRow(
    String id,
    String verdict,
    double phi,
    String transport,
    long intervalMs,
    long silenceMs,
    long beats,
    double lossRate,
    String home,
    int slot,
    String reason,
    @Nullable Long suspectInMs,
    @Nullable Long deadInMs,
    @Nullable String protocol,
    @Nullable String profile,
    @Nullable String payload,
    @Nullable Long payloadAgeMs) {

  /** The row of a client with everything that is known. */
  public static ClientRow of(ClientSnapshot client, String home, int slot) {
    return new ClientRow(
        client.spec().id(),
        client.verdict().name(),
        Numbers.rounded(client.phi()),
        client.spec().transport().name(),
        Numbers.millis(client.spec().intervalNanos()),
        Numbers.millis(client.silenceNanos()),
        client.beats(),
        Numbers.rounded(client.lossRate()),
        home,
        slot,
        client.reason(),
        Numbers.millis(client.suspectInNanos()),
        Numbers.millis(client.deadInNanos()),
        null,
        null,
        null,
        null);
  }

  /** The same with what is known beside the record. */
  public ClientRow with(
      @Nullable String newProtocol,
      @Nullable String newProfile,
      @Nullable String newPayload,
      @Nullable Long newPayloadAgeMs) {
    return new ClientRow(
        id,
        verdict,
        phi,
        transport,
        intervalMs,
        silenceMs,
        beats,
        lossRate,
        home,
        slot,
        reason,
        suspectInMs,
        deadInMs,
        newProtocol,
        newProfile,
        newPayload,
        newPayloadAgeMs);
  }

  /** The same without the forecast, as lists show it. */
  public ClientRow inList() {
    return new ClientRow(
        id,
        verdict,
        phi,
        transport,
        intervalMs,
        silenceMs,
        beats,
        lossRate,
        home,
        slot,
        reason,
        null,
        null,
        null,
        null,
        payload,
        null);
  }
}
