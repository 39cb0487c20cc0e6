package h2ocompat;

import java.util.Arrays;

/** Statistics of the first n numbers of an array, none of them NaN, as pandas' group-by computes them. */
final class Moments {
  private static final java.util.List<String> KNOWN =
      Arrays.asList("sum", "prod", "mean", "median", "var", "std", "sem", "skew", "kurt");

  private static final java.util.List<String> BETWEEN =
      Arrays.asList("linear", "lower", "higher", "midpoint", "nearest");

  private Moments() { }

  static boolean isQuantile(String func) { return func.startsWith("q"); }

  static void check(String func) {
    if (KNOWN.contains(func)) return;
    double q = Double.NaN;
    if (isQuantile(func) && BETWEEN.contains(between(func)))
      try { q = share(func); } catch (NumberFormatException ignored) { } // reported below
    if (!(q >= 0 && q <= 1)) throw new IllegalArgumentException("unknown aggregate " + func);
  }

  /** May change the order of the array. */
  static double of(String func, double[] t, int n) {
    switch (func) {
      case "sum": return sum(t, n);
      case "prod": return product(t, n);
      case "mean": return n == 0 ? Double.NaN : sum(t, n) / n;
      case "var": return variance(t, n);
      case "std": return Math.sqrt(variance(t, n));
      case "sem": return Math.sqrt(variance(t, n) / n);
      case "skew": return skew(t, n);
      case "kurt": return kurt(t, n);
      case "median": return median(t, n);
      default: return quantile(t, n, share(func), between(func));
    }
  }

  /** Kahan's sum; an infinity must not turn the compensation into NaN. */
  static double sum(double[] t, int n) {
    double sum = 0, lost = 0;
    for (int i = 0; i < n; i++) {
      double y = t[i] - lost, s = sum + y;
      lost = s - sum - y;
      if (lost != lost) lost = 0;
      sum = s;
    }
    return sum;
  }

  static double product(double[] t, int n) {
    double p = 1;
    for (int i = 0; i < n; i++) p *= t[i];
    return p;
  }

  /** Welford's. */
  private static double variance(double[] t, int n) {
    if (n < 2) return Double.NaN;
    double mean = 0, m2 = 0;
    for (int i = 0; i < n; i++) {
      double delta = t[i] - mean;
      mean += delta / (i + 1);
      m2 += delta * (t[i] - mean);
    }
    return m2 / (n - 1);
  }

  /** Sums of powers of the distances from the mean: the second to the fourth. */
  private static double[] central(double[] t, int n) {
    double mean = sum(t, n) / n, m2 = 0, m3 = 0, m4 = 0;
    for (int i = 0; i < n; i++) {
      double d = t[i] - mean, d2 = d * d;
      m2 += d2;
      m3 += d2 * d;
      m4 += d2 * d2;
    }
    // rounding alone leaves about this much in a constant column
    if (m2 <= n * Math.pow(Math.ulp(mean), 2)) m2 = 0;
    return new double[] {m2, m3, m4};
  }

  private static double skew(double[] t, int n) {
    if (n < 3) return Double.NaN;
    double[] m = central(t, n);
    if (m[0] == 0) return 0;
    return n * Math.sqrt(n - 1.0) / (n - 2) * (m[1] / Math.pow(m[0], 1.5));
  }

  private static double kurt(double[] t, int n) {
    if (n < 4) return Double.NaN;
    double[] m = central(t, n);
    if (m[0] == 0) return 0;
    double k = n, shift = 3 * (k - 1) * (k - 1) / ((k - 2) * (k - 3));
    return k * (k + 1) * (k - 1) * m[2] / ((k - 2) * (k - 3) * m[0] * m[0]) - shift;
  }

  private static double median(double[] t, int n) {
    if (n == 0) return Double.NaN;
    double low = Select.at(t, n, (n - 1) / 2);
    return n % 2 == 1 ? low : (low + Select.least(t, n / 2, n)) / 2;
  }

  private static double share(String func) {
    int slash = func.indexOf('/');
    return Double.parseDouble(func.substring(1, slash < 0 ? func.length() : slash));
  }

  private static String between(String func) {
    int slash = func.indexOf('/');
    return slash < 0 ? "linear" : func.substring(slash + 1);
  }

  private static double quantile(double[] t, int n, double q, String between) {
    if (n == 0) return Double.NaN;
    double at = q * (n - 1);
    int low = (int) at;
    double found = Select.at(t, n, low);
    return at == low || low + 1 >= n ? found : between(found, Select.least(t, low + 1, n), at - low, low, between);
  }

  /** A quantile that lies between the values number low and low + 1. */
  static double between(double a, double b, double rest, int low, String how) {
    switch (how) {
      case "lower": return a;
      case "higher": return b;
      case "midpoint": return (a + b) / 2;
      case "nearest": return rest > 0.5 || rest == 0.5 && low % 2 == 1 ? b : a;
      default: return a + (b - a) * rest;
    }
  }
}
