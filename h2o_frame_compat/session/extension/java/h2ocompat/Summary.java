package h2ocompat;

/**
 * What is kept of some values so that two such parts can be put together: nothing is ever taken out again, so no rounding
 * is left over from values that a window has passed. A part is a few doubles in an array, the first its number of values.
 */
abstract class Summary {
  final int width;

  private Summary(int width) { this.width = width; }

  /** The part of one value, which is not missing. */
  abstract void one(double x, double y, double[] s, int at);

  /** Puts a part behind another one, which it changes; neither is empty. */
  abstract void append(double[] s, int at, double[] t, int from);

  /** The result of n > 0 values. */
  abstract double result(double[] s, int at, double n);

  static Summary of(String func, int ddof) {
    switch (func) {
      case "sum": case "mean": return new Sum(func.equals("mean"));
      case "min": case "max": case "first": case "last": return new Chosen(func);
      case "var": case "std": case "skew": case "kurt": return new Powers(func, ddof);
      case "cov": case "corr": return new Pairs(func, ddof);
      default: throw new IllegalArgumentException("unknown window function " + func);
    }
  }

  /** A sum with what its rounding lost. */
  private static final class Sum extends Summary {
    private final boolean mean;

    Sum(boolean mean) {
      super(3);
      this.mean = mean;
    }

    @Override void one(double x, double y, double[] s, int at) {
      s[at] = 1;
      s[at + 1] = x;
      s[at + 2] = 0;
    }

    @Override void append(double[] s, int at, double[] t, int from) {
      double a = s[at + 1], b = t[from + 1], sum = a + b, shadow = sum - a;
      s[at] += t[from];
      s[at + 1] = sum;
      s[at + 2] += t[from + 2] + (a - (sum - shadow)) + (b - shadow);
    }

    @Override double result(double[] s, int at, double n) {
      double sum = s[at + 1] + s[at + 2];
      return mean ? sum / n : sum;
    }
  }

  /** One of the values: the smallest, largest, first or last. */
  private static final class Chosen extends Summary {
    private final String func;

    Chosen(String func) {
      super(2);
      this.func = func;
    }

    @Override void one(double x, double y, double[] s, int at) {
      s[at] = 1;
      s[at + 1] = x;
    }

    @Override void append(double[] s, int at, double[] t, int from) {
      s[at] += t[from];
      double a = s[at + 1], b = t[from + 1];
      s[at + 1] = func.equals("min") ? Math.min(a, b) : func.equals("max") ? Math.max(a, b) : func.equals("last") ? b : a;
    }

    @Override double result(double[] s, int at, double n) { return s[at + 1]; }
  }

  /** The mean and sums of powers of the distances from it, up to the fourth. */
  private static final class Powers extends Summary {
    private final String func;
    private final int ddof;

    Powers(String func, int ddof) {
      super(5);
      this.func = func;
      this.ddof = ddof;
    }

    @Override void one(double x, double y, double[] s, int at) {
      s[at] = 1;
      s[at + 1] = x;
      s[at + 2] = s[at + 3] = s[at + 4] = 0;
    }

    @Override void append(double[] s, int at, double[] t, int from) {
      double a = s[at], b = t[from], n = a + b, d = t[from + 1] - s[at + 1], e = d / n, e2 = e * e;
      double m2 = s[at + 2], m3 = s[at + 3], o2 = t[from + 2], o3 = t[from + 3];
      s[at] = n;
      s[at + 1] += e * b;
      s[at + 2] += o2 + d * e * a * b;
      s[at + 3] += o3 + d * e2 * a * b * (a - b) + 3 * e * (a * o2 - b * m2);
      s[at + 4] += t[from + 4] + d * e * e2 * a * b * (a * a - a * b + b * b)
          + 6 * e2 * (a * a * o2 + b * b * m2) + 4 * e * (a * o3 - b * m3);
    }

    @Override double result(double[] s, int at, double n) {
      double m2 = s[at + 2];
      switch (func) {
        case "skew":
          if (n < 3) return Double.NaN;
          return m2 == 0 ? 0 : n * Math.sqrt(n - 1) / (n - 2) * s[at + 3] / Math.pow(m2, 1.5);
        case "kurt":
          if (n < 4) return Double.NaN;
          if (m2 == 0) return -3;
          return n * (n + 1) * (n - 1) * s[at + 4] / ((n - 2) * (n - 3) * m2 * m2) - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
        default:
          if (n <= ddof) return Double.NaN;
          double var = m2 / (n - ddof);
          return func.equals("var") ? var : Math.sqrt(var);
      }
    }
  }

  /** Means, sums of squares and of products of the distances from them, of two columns. */
  private static final class Pairs extends Summary {
    private final boolean corr;
    private final int ddof;

    Pairs(String func, int ddof) {
      super(6);
      corr = func.equals("corr");
      this.ddof = ddof;
    }

    @Override void one(double x, double y, double[] s, int at) {
      s[at] = 1;
      s[at + 1] = x;
      s[at + 2] = y;
      s[at + 3] = s[at + 4] = s[at + 5] = 0;
    }

    @Override void append(double[] s, int at, double[] t, int from) {
      double a = s[at], b = t[from], n = a + b, dx = t[from + 1] - s[at + 1], dy = t[from + 2] - s[at + 2], w = a * b / n;
      s[at] = n;
      s[at + 1] += dx * b / n;
      s[at + 2] += dy * b / n;
      s[at + 3] += t[from + 3] + dx * dx * w;
      s[at + 4] += t[from + 4] + dy * dy * w;
      s[at + 5] += t[from + 5] + dx * dy * w;
    }

    @Override double result(double[] s, int at, double n) {
      if (corr) return s[at + 5] / Math.sqrt(s[at + 3] * s[at + 4]);
      return n <= ddof ? Double.NaN : s[at + 5] / (n - ddof);
    }
  }
}
