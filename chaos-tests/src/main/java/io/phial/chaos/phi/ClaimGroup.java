package io.phial.chaos.phi;

import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import java.util.List;

/** Claims that are measured together. */
interface ClaimGroup {
  /** In the order in which they are shown. */
  List<Claim> claims();

  /** Measures all of them once. */
  void measure(long seed, Ledger ledger) throws Exception;
}
