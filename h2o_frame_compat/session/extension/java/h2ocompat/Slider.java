package h2ocompat;

import java.util.Arrays;

/** A window over places, which slides: it is told of bounds that only grow, and gives the result of what lies between. */
abstract class Slider {
  int from, to; // what it holds

  /** Empties the window and puts its bounds at a place. */
  abstract void restart(int at);

  abstract void slide(int lo, int hi);

  /** How many values are in it. */
  abstract double count();

  /** The result; there is at least one value. */
  abstract double result();

  /**
   * Parts put together: one of each tail of the window's older half, and one of all of its newer half. When the older half
   * is used up, the newer one becomes it; each value is looked at twice.
   */
  static final class Parts extends Slider {
    private final Summary kind;
    private final double[] x, y;
    private final int[] rows;
    private final double[] newer, one, all;
    private double[] older = new double[0];
    private int base, middle;

    Parts(Summary kind, double[] x, double[] y, int[] rows) {
      this.kind = kind;
      this.x = x;
      this.y = y;
      this.rows = rows;
      newer = new double[kind.width];
      one = new double[kind.width];
      all = new double[kind.width];
    }

    @Override void restart(int at) {
      from = to = base = middle = at;
      newer[0] = 0;
    }

    @Override void slide(int lo, int hi) {
      if (lo >= to) restart(lo);
      from = lo;
      for (; to < hi; to++) if (take(to, one)) put(newer, one, 0);
      if (from > middle && to > from) turn();
      merge();
    }

    private boolean take(int place, double[] s) {
      double a = x[rows[place]], b = y[rows[place]];
      if (a - a + b - b != 0) return false; // missing, or infinite, which is the same to a window
      kind.one(a, b, s, 0);
      return true;
    }

    private void put(double[] s, double[] t, int at) {
      if (t[at] == 0) return;
      if (s[0] == 0) System.arraycopy(t, at, s, 0, kind.width);
      else kind.append(s, 0, t, at);
    }

    /** Makes all that is in the window its older half. */
    private void turn() {
      int k = kind.width, n = to - from;
      if (older.length < n * (long) k) older = new double[Math.multiplyExact(Math.max(n, 16), k)];
      base = from;
      middle = to;
      newer[0] = 0;
      double[] tail = new double[k], head = new double[k];
      for (int p = to - 1; p >= from; p--) {
        if (take(p, head)) {
          put(head, tail, 0);
          System.arraycopy(head, 0, tail, 0, k);
        }
        System.arraycopy(tail, 0, older, (p - base) * k, k);
      }
    }

    private void merge() {
      all[0] = 0;
      if (from < middle) put(all, older, (from - base) * kind.width);
      put(all, newer, 0);
    }

    @Override double count() { return all[0]; }

    @Override double result() { return kind.result(all, 0, all[0]); }
  }

  /** Values by their place among all distinct ones: sorted, or where there are many of them counted in a tree. */
  static final class Ordered extends Slider {
    private static final int FEW = 1 << 11;

    interface Result { double of(Ordered o); }

    /** Each row's place among the distinct values, -1 for none, and those values. */
    static final class Places {
      final int[] of;
      final double[] values;

      Places(double[] x) {
        long[] key = new long[x.length];
        for (int i = 0; i < x.length; i++) key[i] = x[i] - x[i] == 0 ? Codes.ordered(x[i]) : Chunks.NA;
        int[] order = Sort.order(key, true, true, Sort.identity(x.length));
        of = new int[x.length];
        double[] found = new double[x.length];
        int n = 0;
        for (int i = 0; i < order.length; i++) {
          int row = order[i];
          if (key[row] == Chunks.NA) {
            of[row] = -1;
            continue;
          }
          if (i == 0 || key[order[i - 1]] != key[row]) found[n++] = x[row];
          of[row] = n - 1;
        }
        values = Arrays.copyOf(found, n);
      }
    }

    final Places places;
    private final int[] rows, sorted, tree, times;
    private final int top;
    private final Result result;
    private int held, distinct;

    /** most: how many rows a window has at most. */
    Ordered(Places places, int[] rows, int most, Result result) {
      this.places = places;
      this.rows = rows;
      this.result = result;
      boolean few = most <= FEW;
      sorted = few ? new int[Math.max(1, most)] : null;
      tree = few ? null : new int[places.values.length + 1];
      times = few ? null : new int[places.values.length];
      top = Integer.highestOneBit(Math.max(1, places.values.length));
    }

    @Override void restart(int at) {
      for (int p = from; p < to; p++) change(p, -1);
      from = to = at;
    }

    @Override void slide(int lo, int hi) {
      if (lo >= to) restart(lo);
      for (; from < lo; from++) change(from, -1);
      for (; to < hi; to++) change(to, 1);
    }

    private void change(int place, int by) {
      int v = places.of[rows[place]];
      if (v < 0) return;
      if (sorted != null) {
        insert(v, by);
        return;
      }
      held += by;
      times[v] += by;
      if (by > 0 && times[v] == 1) distinct++;
      if (by < 0 && times[v] == 0) distinct--;
      for (int i = v + 1; i < tree.length; i += i & -i) tree[i] += by;
    }

    private void insert(int v, int by) {
      int at = below(v);
      if (by < 0) System.arraycopy(sorted, at + 1, sorted, at, --held - at);
      if (at == held || sorted[at] != v) distinct += by;
      if (by < 0) return;
      System.arraycopy(sorted, at, sorted, at + 1, held++ - at);
      sorted[at] = v;
    }

    @Override double count() { return held; }

    @Override double result() { return result.of(this); }

    double distinct() { return distinct; }

    /** How many values are smaller than one. */
    private int below(int v) {
      if (sorted == null) {
        int n = 0;
        for (int i = v; i > 0; i -= i & -i) n += tree[i];
        return n;
      }
      int low = 0;
      for (int high = held; low < high; ) {
        int middle = low + high >>> 1;
        if (sorted[middle] < v) low = middle + 1; else high = middle;
      }
      return low;
    }

    /** The k-th smallest value, from 0. */
    private double smallest(int k) {
      if (sorted != null) return places.values[sorted[k]];
      int at = 0;
      for (int step = top; step > 0; step >>= 1)
        if (at + step < tree.length && tree[at + step] <= k) {
          at += step;
          k -= tree[at];
        }
      return places.values[at];
    }

    double quantile(double q, String how) {
      double at = q * (held - 1);
      int low = (int) at;
      if (low == at) return smallest(low);
      return Moments.between(smallest(low), smallest(low + 1), at - low, low, how);
    }

    /** The rank of the newest value. */
    double rank(String method, boolean ascending, boolean pct) {
      int v = places.of[rows[to - 1]];
      if (v < 0) return Double.NaN;
      int less = below(v), same = below(v + 1) - less, before = ascending ? less : held - less - same;
      double r = method.equals("min") ? before + 1 : method.equals("max") ? before + same : before + (same + 1) / 2.0;
      return pct ? r / held : r;
    }
  }
}
