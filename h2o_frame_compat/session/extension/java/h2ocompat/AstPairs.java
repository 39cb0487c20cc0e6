package h2ocompat;

import water.MRTask;
import water.fvec.Chunk;
import water.fvec.Frame;
import water.rapids.vals.ValStrs;

/**
 * (compat.pairs fr [i ..] [j ..]): how columns i and j go together, over the rows where both are present: for each pair six
 * numbers, as texts that lose nothing: the rows, both means, both sums of squared distances from them, and the sum of the
 * products of these distances. One pass over the data, every node over its own chunks.
 */
public class AstPairs extends Prim {
  private static final int WIDTH = 6;

  @Override public String str() { return "compat.pairs"; }

  @Override public String[] args() { return new String[] {"frame", "left", "right"}; }

  @Override protected ValStrs call(Args a) {
    Frame fr = a.frame(0);
    AstMap.numeric(fr);
    int[] left = a.columns(1, fr), right = a.columns(2, fr);
    if (left.length != right.length) throw a.wrong(2, "as many columns as the left ones");
    double[] found = new Pass(left, right).doAll(fr).found;
    String[] r = new String[WIDTH * left.length];
    for (int i = 0; i < r.length; i++) r[i] = found == null ? "0" : Double.toString(found[i]);
    return new ValStrs(r);
  }

  static class Pass extends MRTask<Pass> {
    private final int[] left, right;
    double[] found;

    Pass(int[] left, int[] right) {
      this.left = left;
      this.right = right;
    }

    @Override public void map(Chunk[] cs) {
      double[][] values = new double[cs.length][];
      for (int i = 0; i < cs.length; i++) values[i] = Columns.doubles(cs[i], 0, cs[i]._len);
      found = new double[WIDTH * left.length];
      for (int p = 0; p < left.length; p++) pair(values[left[p]], values[right[p]], found, WIDTH * p);
    }

    /** Distances from the first values come first, so that a constant column has no spread at all. */
    private static void pair(double[] xs, double[] ys, double[] r, int at) {
      int n = 0, first = 0;
      while (first < xs.length && (xs[first] != xs[first] || ys[first] != ys[first])) first++;
      if (first == xs.length) return;
      double x0 = xs[first], y0 = ys[first], x = 0, y = 0;
      for (int i = first; i < xs.length; i++) {
        if (xs[i] != xs[i] || ys[i] != ys[i]) continue;
        n++;
        x += xs[i] - x0;
        y += ys[i] - y0;
      }
      x = x0 + x / n;
      y = y0 + y / n;
      double xx = 0, yy = 0, xy = 0;
      for (int i = first; i < xs.length; i++) {
        double dx = xs[i] - x, dy = ys[i] - y;
        if (xs[i] != xs[i] || ys[i] != ys[i]) continue;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
      }
      r[at] = n;
      r[at + 1] = x;
      r[at + 2] = y;
      r[at + 3] = xx;
      r[at + 4] = yy;
      r[at + 5] = xy;
    }

    @Override public void reduce(Pass other) {
      Summary pairs = Summary.of("cov", 1);
      for (int at = 0; at < found.length; at += WIDTH) {
        if (other.found[at] == 0) continue;
        if (found[at] == 0) System.arraycopy(other.found, at, found, at, WIDTH);
        else pairs.append(found, at, other.found, at);
      }
    }
  }
}
