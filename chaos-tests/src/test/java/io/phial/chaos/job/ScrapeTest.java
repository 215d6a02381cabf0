package io.phial.chaos.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScrapeTest {
  private static final String TEXT =
      """
      # HELP phial_ingress_malformed_total Datagrams or lines that mean nothing.
      # TYPE phial_ingress_malformed_total counter
      phial_ingress_malformed_total{transport="udp"} 12.0
      phial_ingress_malformed_total{transport="tcp"} 3.0 1700000000000
      phial_ingress_bad_mac_total{transport="udp"} 1.5E3
      odd{label="with } and blank"} +Inf
      plain 7
      no number here
      """;

  private final Scrape scrape = Scrape.parse(TEXT);

  @Test
  void shouldReadEverySample() {
    assertThat(scrape.samples())
        .hasSize(5)
        .containsEntry("plain", 7.0)
        .containsEntry("odd{label=\"with } and blank\"}", Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldSumWhatMatches() {
    assertThat(scrape.sum(Pattern.compile("^phial_ingress_(malformed|bad_mac)_total\\{.*udp")))
        .isEqualTo(1512);
    assertThat(scrape.sum(Pattern.compile("malformed"))).isEqualTo(15);
    assertThat(scrape.sum(Pattern.compile("nothing"))).isZero();
  }
}
