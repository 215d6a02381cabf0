package io.phial.chaos.claim;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How numbers are shown: no more than three decimals, no trailing zeros. */
final class Numbers {
  private static final int DECIMALS = 3;

  private Numbers() {}

  /**
   * A number as shown.
   *
   * @throws NumberFormatException when it is not finite
   */
  static BigDecimal rounded(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    BigDecimal stripped = rounded.stripTrailingZeros();
    // A negative scale would print 2000 as 2E+3.
    return stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped;
  }

  static String text(double value) {
    return Double.isFinite(value) ? rounded(value).toPlainString() : Double.toString(value);
  }
}
