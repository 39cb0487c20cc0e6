package h2ocompat;

import water.fvec.Vec;

/**
 * Rows in the order of their groups, and for each place in it the window [lo, hi) of places that its result is made of.
 * Both only grow, so that a window can slide.
 */
final class Windows {
  /** The row at each place. */
  final int[] rows;
  /** Where each group starts, and the end of the last one. */
  final int[] start;
  final int[] lo, hi;

  /** Windows of rows; size NaN: all rows so far. */
  static Windows ofRows(Groups g, int n, double size, String closed, boolean center) {
    Windows w = new Windows(g, n);
    boolean expanding = size != size;
    long length = expanding ? 0 : (long) size, shift = center || length == 0 ? (length - 1) / 2 : 0;
    long left = closed.equals("left") || closed.equals("both") ? 1 : 0;
    long right = closed.equals("left") || closed.equals("neither") ? 1 : 0;
    w.each((from, to) -> {
      for (int p = from; p < to; p++) {
        long end = p + 1L + (expanding ? 0 : shift), begin = expanding ? from : end - length - left;
        if (!expanding) end -= right;
        w.lo[p] = (int) Math.max(from, Math.min(to, begin));
        w.hi[p] = (int) Math.max(w.lo[p], Math.min(to, end));
      }
    });
    return w;
  }

  /** Windows of time, whose rows are in the order of time, up or down. */
  static Windows ofTime(Groups g, Vec time, double size, String closed, boolean center) {
    long[] t = Columns.longs(time);
    Windows w = new Windows(g, t.length);
    boolean left = closed.equals("left") || closed.equals("both"), right = closed.equals("right") || closed.equals("both");
    double before = center ? size / 2 : size, after = center ? size / 2 : 0;
    w.each((from, to) -> {
      if (from == to) return;
      long sign = t[w.rows[to - 1]] < t[w.rows[from]] ? -1 : 1;
      for (int p = from, a = from, b = from; p < to; p++) {
        double now = (double) t[w.rows[p]] * sign;
        while (a < p && !within(t[w.rows[a]] * sign - (now - before), left)) a++;
        if (center) while (b < to && within(now + after - t[w.rows[b]] * sign, right)) b++;
        else if (right) b = p + 1; // of equal times the later ones are not there yet
        else while (b < p && t[w.rows[b]] * sign < now) b++;
        w.lo[p] = a;
        w.hi[p] = Math.max(a, b);
      }
    });
    return w;
  }

  private static boolean within(double distance, boolean closed) { return closed ? distance >= 0 : distance > 0; }

  private Windows(Groups g, int n) {
    rows = g == null ? Sort.identity(n) : g.rows;
    start = g == null ? new int[] {0, n} : g.start;
    lo = new int[rows.length];
    hi = new int[rows.length];
  }

  private void each(Pool.Range group) {
    Pool.range(start.length - 1, (from, to) -> { for (int i = from; i < to; i++) group.run(start[i], start[i + 1]); });
  }
}
