package io.phial.chaos.qos;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** A plot with two axes as SVG text. */
final class Svg {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 330;
  private static final int LEFT = 58;
  private static final int RIGHT = 505;
  private static final int TOP = 12;
  private static final int BOTTOM = 285;

  /**
   * One axis.
   *
   * @param title with the unit shown
   * @param least value at its start; above 0 when logarithmic
   * @param most value at its end
   * @param isLog true when it is logarithmic
   * @param shownPerValue what a value is multiplied by to be shown
   */
  record Axis(String title, double least, double most, boolean isLog, double shownPerValue) {
    /** Where a value lies, 0 to 1; outside of that when it is off the axis. */
    double share(double value) {
      return isLog
          ? Math.log(value / least) / Math.log(most / least)
          : (value - least) / (most - least);
    }
  }

  private final Axis x;
  private final Axis y;
  private final StringBuilder body = new StringBuilder();

  Svg(Axis x, Axis y) {
    this.x = x;
    this.y = y;
    grid(x, true);
    grid(y, false);
    append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#8c959f\"/>",
        LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + RIGHT) / 2, HEIGHT - 8, escaped(x.title));
    int middle = (TOP + BOTTOM) / 2;
    append(
        "<text x=\"14\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 14 %d)\">%s</text>",
        middle, middle, escaped(y.title));
  }

  private void grid(Axis axis, boolean isX) {
    if (!axis.isLog) {
      for (int v = (int) Math.ceil(axis.least); v <= axis.most; v++) {
        tick(axis, isX, v, true);
      }
      return;
    }
    for (int decade = (int) Math.floor(Math.log10(axis.least));
        Math.pow(10, decade) <= axis.most;
        decade++) {
      for (int digit = 1; digit <= 9; digit++) {
        double value = digit * Math.pow(10, decade);
        // On the short time axis more ticks carry numbers than on the long one of rates.
        boolean isNumbered = digit == 1 || (isX && (digit == 2 || digit == 5));
        if (value >= axis.least * 0.999 && value <= axis.most * 1.001 && (isNumbered || !isX)) {
          tick(axis, isX, value, isNumbered);
        }
      }
    }
  }

  private void tick(Axis axis, boolean isX, double value, boolean isNumbered) {
    double at = isX ? px(value) : py(value);
    if (isNumbered) {
      String shown = number(value * axis.shownPerValue);
      if (isX) {
        append("<path d=\"M%.1f %dV%d\" stroke=\"#d8dee4\"/>", at, TOP, BOTTOM);
        append(
            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", at, BOTTOM + 16, shown);
      } else {
        append("<path d=\"M%d %.1fH%d\" stroke=\"#d8dee4\"/>", LEFT, at, RIGHT);
        append("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, at + 4, shown);
      }
    }
  }

  /** A broken line; where it leaves the plot it is cut. */
  void line(List<double[]> points, String colour, double width) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (double[] point : points) {
      boolean inside = isInside(x.share(point[0])) && isInside(y.share(point[1]));
      if (inside) {
        path.append(
            String.format(
                Locale.ROOT, "%s%.1f %.1f", down ? "L" : "M", px(point[0]), py(point[1])));
      }
      down = inside;
    }
    if (!path.isEmpty()) {
      append(
          "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
          path, colour, width);
    }
  }

  /** A marked point with a small text beside it. */
  void dot(double valueX, double valueY, String colour, String label) {
    if (isInside(x.share(valueX)) && isInside(y.share(valueY))) {
      append(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>",
          px(valueX), py(valueY), colour);
      append(
          "<text x=\"%.1f\" y=\"%.1f\">%s</text>", px(valueX) + 5, py(valueY) - 4, escaped(label));
    }
  }

  /** A straight line between two points with a band of this height above and below it. */
  void band(List<double[]> ends, double half) {
    double[] a = ends.get(0);
    double[] b = ends.get(1);
    append(
        "<clipPath id=\"plot\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>",
        LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    append(
        "<g clip-path=\"url(#plot)\"><path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fZ\""
            + " fill=\"#ddf4ff\"/><path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#8c959f\""
            + " stroke-dasharray=\"4 3\"/></g>",
        px(a[0]),
        py(a[1] + half),
        px(b[0]),
        py(b[1] + half),
        px(b[0]),
        py(b[1] - half),
        px(a[0]),
        py(a[1] - half),
        px(a[0]),
        py(a[1]),
        px(b[0]),
        py(b[1]));
  }

  private static boolean isInside(double share) {
    return share >= 0 && share <= 1;
  }

  private double px(double value) {
    return LEFT + x.share(value) * (RIGHT - LEFT);
  }

  private double py(double value) {
    return BOTTOM - y.share(value) * (BOTTOM - TOP);
  }

  private static String number(double value) {
    if (value >= 0.01 || value == 0) {
      return BigDecimal.valueOf(value)
          .round(new MathContext(2))
          .stripTrailingZeros()
          .toPlainString();
    }
    return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
  }

  private void append(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The whole element. */
  String text() {
    return "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\">\n" + body + "</svg>";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
