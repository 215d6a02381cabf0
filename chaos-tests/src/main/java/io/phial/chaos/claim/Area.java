package io.phial.chaos.claim;

import java.time.Duration;
import java.util.List;

/**
 * A part of Phial whose claims are measured together. To add one, write a class and list it in
 * {@code io.phial.chaos.Areas}.
 */
public interface Area {
  /** One lower-case word, as given on the command line. */
  String name();

  /** What it is about, one line. */
  String description();

  /** Every claim this plan will measure; each of them gets a result. */
  List<Claim> claims(Plan plan);

  /** After this time the measurement is interrupted and what is missing counts as unmeasured. */
  Duration limit(Plan plan);

  /**
   * Measures, enters the numbers, and leaves nothing running. A measurement that fails should be
   * entered as such and not keep the others from being made.
   *
   * @throws Exception when it cannot go on; whatever has not been entered counts as unmeasured
   */
  void measure(Plan plan, Ledger ledger) throws Exception;
}
