package h2ocompat;

import java.util.Arrays;
import water.fvec.Vec;

/** The aggregates of compat.group over one column; missing values are skipped, results as pandas gives them. */
final class Aggregate {
  private Aggregate() { }

  static Column column(String func, Vec v, Groups g) {
    switch (func) {
      case "size": return size(g);
      case "count": return count(v, g);
      case "nunique": return nunique(v, g);
      case "first": case "last": return Gather.column(v, end(v, g, func.equals("first")));
      case "min": case "max": return Gather.column(v, extreme(v, g, func.equals("min")));
      case "idxmin": case "idxmax": return Column.ofRows(extreme(v, g, func.equals("idxmin")));
      case "any": case "all": return truth(v, g, func.equals("all"));
      case "sum": case "prod":
        if (v.isNumeric() && !v.isTime() && Columns.isLong(v)) return whole(v, g, func.equals("prod"));
        return moment(func, v, g);
      default: return moment(func, v, g);
    }
  }

  private static Column size(Groups g) {
    long[] r = new long[g.count];
    for (int i = 0; i < r.length; i++) r[i] = g.start[i + 1] - g.start[i];
    return Column.of(r);
  }

  private static Column count(Vec v, Groups g) {
    boolean[] na = Columns.missing(v);
    long[] r = new long[g.count];
    for (int i = 0; i < na.length; i++) if (!na[i] && g.of[i] >= 0) r[g.of[i]]++;
    return Column.of(r);
  }

  private static Column nunique(Vec v, Groups g) {
    long[] codes = Codes.of(false, v)[0], r = new long[g.count];
    Pool.range(g.count, (from, to) -> {
      for (int i = from; i < to; i++) {
        long[] t = new long[g.start[i + 1] - g.start[i]];
        int n = 0;
        for (int p = g.start[i]; p < g.start[i + 1]; p++) if (codes[g.rows[p]] != Chunks.NA) t[n++] = codes[g.rows[p]];
        Arrays.sort(t, 0, n);
        for (int k = 0; k < n; k++) if (k == 0 || t[k] != t[k - 1]) r[i]++;
      }
    });
    return Column.of(r);
  }

  /** The first or last row of each group that is not missing, -1 if there is none. */
  private static int[] end(Vec v, Groups g, boolean first) {
    boolean[] na = Columns.missing(v);
    int[] pick = new int[g.count];
    Pool.range(g.count, (from, to) -> {
      for (int i = from; i < to; i++) {
        int p = first ? g.start[i] : g.start[i + 1] - 1, step = first ? 1 : -1;
        while (p >= g.start[i] && p < g.start[i + 1] && na[g.rows[p]]) p += step;
        pick[i] = p >= g.start[i] && p < g.start[i + 1] ? g.rows[p] : -1;
      }
    });
    return pick;
  }

  /** The first row of each group with its smallest or largest value, -1 if all are missing. */
  private static int[] extreme(Vec v, Groups g, boolean min) {
    long[] codes = Codes.of(v);
    int[] pick = new int[g.count];
    Pool.range(g.count, (from, to) -> {
      for (int i = from; i < to; i++) {
        int best = -1;
        for (int p = g.start[i]; p < g.start[i + 1]; p++) {
          int row = g.rows[p];
          long x = codes[row];
          if (x != Chunks.NA && (best < 0 || (min ? x < codes[best] : x > codes[best]))) best = row;
        }
        pick[i] = best;
      }
    });
    return pick;
  }

  private static Column truth(Vec v, Groups g, boolean all) {
    if (v.isCategorical() || v.isTime()) throw new IllegalArgumentException("any and all need a numeric or string column");
    boolean[] na = Columns.missing(v);
    boolean[] yes = v.isString() ? filled(v) : nonzero(v);
    long[] r = new long[g.count];
    if (all) Arrays.fill(r, 1);
    for (int i = 0; i < na.length; i++) if (!na[i] && g.of[i] >= 0 && yes[i] != all) r[g.of[i]] = all ? 0 : 1;
    return Column.of(r);
  }

  private static boolean[] nonzero(Vec v) {
    double[] d = Columns.doubles(v);
    boolean[] r = new boolean[d.length];
    for (int i = 0; i < r.length; i++) r[i] = d[i] != 0;
    return r;
  }

  private static boolean[] filled(Vec v) {
    long[] ids = new Texts().idsAfterEmpty(v);
    boolean[] r = new boolean[ids.length];
    for (int i = 0; i < r.length; i++) r[i] = ids[i] != 0;
    return r;
  }

  /** Integer sums and products stay integers and wrap as numpy's do. */
  private static Column whole(Vec v, Groups g, boolean product) {
    long[] l = Columns.longs(v), r = new long[g.count];
    if (product) Arrays.fill(r, 1);
    for (int i = 0; i < l.length; i++)
      if (l[i] != Chunks.NA && g.of[i] >= 0)
        if (product) r[g.of[i]] *= l[i]; else r[g.of[i]] += l[i];
    return Column.of(r);
  }

  private static Column moment(String func, Vec v, Groups g) {
    boolean place = func.equals("mean") || func.equals("median") || Moments.isQuantile(func); // the result is a point in time
    if (v.isTime() ? !place && !func.equals("std") && !func.equals("sem") : !v.isNumeric())
      throw new IllegalArgumentException(func + " needs a numeric column");
    Moments.check(func);
    double[] d = Columns.doubles(v), r = new double[g.count];
    Pool.range(g.count, (from, to) -> {
      for (int i = from; i < to; i++) {
        double[] t = new double[g.start[i + 1] - g.start[i]];
        int n = 0;
        for (int p = g.start[i]; p < g.start[i + 1]; p++) {
          double x = d[g.rows[p]];
          if (x == x) t[n++] = x;
        }
        r[i] = Moments.of(func, t, n);
      }
    });
    if (!v.isTime() || !place) return Column.of(r);
    long[] l = new long[r.length];
    for (int i = 0; i < l.length; i++) l[i] = r[i] != r[i] ? Chunks.NA : (long) r[i];
    return Column.of(l, Vec.T_TIME);
  }
}
