package io.phial.chaos.claim;

/** How a measured number relates to its bound when the claim holds. */
public enum Comparison {
  /** The smaller the better. */
  AT_MOST("<="),
  /** The larger the better. */
  AT_LEAST(">="),
  /** This number and no other. */
  EXACTLY("=");

  private final String sign;

  Comparison(String sign) {
    this.sign = sign;
  }

  /** The sign as printed. */
  public String sign() {
    return sign;
  }
}
