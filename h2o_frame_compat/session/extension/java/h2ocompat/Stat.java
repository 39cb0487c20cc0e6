package h2ocompat;

import java.util.Arrays;
import java.util.List;
import water.fvec.Vec;

/** Statistics of one numeric or time column, missing values skipped, infinities counted. Integers stay exact. */
final class Stat {
  private static final List<String> WHOLE = Arrays.asList("sum", "prod", "min", "max");

  private final Vec vec;
  private final boolean whole;
  private final double[] values;
  private final int count;
  private double[] moved; // the same, in the order that the last quantile left

  Stat(Vec v) {
    if (!v.isNumeric() && !v.isTime()) throw new IllegalArgumentException("statistics need numeric or time columns");
    vec = v;
    whole = Columns.isLong(v);
    values = Columns.doubles(v);
    int n = 0;
    for (double x : values) if (x == x) values[n++] = x;
    count = n;
  }

  static void check(String func) {
    if (!Arrays.asList("n", "count", "min", "max", "nunique").contains(func)) Moments.check(func);
  }

  /** Whether the result is an integer: see integer. */
  boolean isInteger(String func) {
    return func.equals("n") || func.equals("count") || func.equals("nunique") || whole && count > 0 && WHOLE.contains(func);
  }

  /** Sums and products wrap as numpy's do. */
  long integer(String func) {
    if (func.equals("n")) return vec.length();
    if (func.equals("count")) return count;
    if (func.equals("nunique")) {
      long[] codes = Codes.of(false, vec)[0];
      return Ids.of(new long[][] {codes}).count - (count < codes.length ? 1 : 0); // without the missing one
    }
    long r = func.equals("prod") ? 1 : func.equals("min") ? Long.MAX_VALUE : func.equals("max") ? Long.MIN_VALUE : 0;
    for (long x : Columns.longs(vec)) {
      if (x == Chunks.NA) continue;
      switch (func) {
        case "sum": r += x; break;
        case "prod": r *= x; break;
        case "min": r = Math.min(r, x); break;
        default: r = Math.max(r, x);
      }
    }
    return r;
  }

  double number(String func) {
    if (isInteger(func)) return integer(func);
    if (func.equals("median") || Moments.isQuantile(func)) {
      if (moved == null) moved = values.clone();
      return Moments.of(func, moved, count);
    }
    if (!func.equals("min") && !func.equals("max")) return Moments.of(func, values, count);
    double r = Double.NaN;
    for (int i = 0; i < count; i++) if (r != r || (func.equals("min") ? values[i] < r : values[i] > r)) r = values[i];
    return r;
  }

  String text(String func) { return isInteger(func) ? Long.toString(integer(func)) : Double.toString(number(func)); }
}
