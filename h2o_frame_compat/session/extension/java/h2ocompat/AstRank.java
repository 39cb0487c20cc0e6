package h2ocompat;

import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.rank fr method ascending na pct): ranks within each column, as pandas; method is average, min, max, first or
 * dense; na is keep, top or bottom.
 */
public class AstRank extends Prim {
  @Override public String str() { return "compat.rank"; }

  @Override public String[] args() { return new String[] {"frame", "method", "ascending", "na", "pct"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    String method = a.choice(1, "average", "min", "max", "first", "dense"), na = a.choice(3, "keep", "top", "bottom");
    boolean ascending = a.flag(2), pct = a.flag(4);
    Column[] columns = new Column[fr.numCols()];
    Pool.each(columns.length, i -> columns[i] = Column.of(rank(Codes.of(fr.vec(i)), method, ascending, na, pct)));
    Vec v = fr.anyVec();
    return Column.frame(v, v.espc(), fr.names().clone(), columns);
  }

  private static double[] rank(long[] key, String method, boolean ascending, String na, boolean pct) {
    int[] order = Sort.order(key, ascending, !na.equals("top"), Sort.identity(key.length));
    double[] rank = new double[key.length];
    rank(key, order, 0, key.length, method, na, pct, rank);
    return rank;
  }

  /** Ranks within groups; rows of no group get none. */
  static double[] rank(long[] key, Groups g, String method, boolean ascending, String na, boolean pct) {
    double[] rank = new double[key.length];
    java.util.Arrays.fill(rank, Double.NaN);
    int[] order = new int[g.rows.length], at = java.util.Arrays.copyOf(g.start, g.count);
    for (int row : Sort.order(key, ascending, !na.equals("top"), Sort.identity(key.length)))
      if (g.of[row] >= 0) order[at[g.of[row]]++] = row;
    Pool.range(g.count, (from, to) -> {
      for (int i = from; i < to; i++) rank(key, order, g.start[i], g.start[i + 1], method, na, pct, rank);
    });
    return rank;
  }

  /** Ranks the rows order[start .. end), which are sorted by key. */
  private static void rank(long[] key, int[] order, int start, int end, String method, String na, boolean pct, double[] rank) {
    int ranked = 0, groups = 0; // rows so far, and different values
    for (int from = start, to; from < end; from = to) {
      for (to = from + 1; to < end && key[order[to]] == key[order[from]]; ) to++;
      if (key[order[from]] == Chunks.NA && na.equals("keep")) {
        for (int i = from; i < to; i++) rank[order[i]] = Double.NaN;
        continue;
      }
      groups++;
      for (int i = from; i < to; i++) rank[order[i]] = one(method, ranked + 1, ranked + to - from, i - from, groups);
      ranked += to - from;
    }
    if (pct) for (int i = start; i < end; i++) rank[order[i]] /= method.equals("dense") ? groups : ranked;
  }

  private static double one(String method, int low, int high, int place, int group) {
    switch (method) {
      case "average": return (low + (double) high) / 2;
      case "min": return low;
      case "max": return high;
      case "first": return low + place;
      default: return group;
    }
  }
}
