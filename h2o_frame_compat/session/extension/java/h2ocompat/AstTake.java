package h2ocompat;

import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.take fr rows): rows by number, in any order, with repeats; NA gives a row of NAs. rows is a list of numbers or
 * a frame of one column; the result then shares that frame's group and layout, so that several takes by the same
 * numbers, as in a join, line up without a copy.
 */
public class AstTake extends Prim {
  @Override public String str() { return "compat.take"; }

  @Override public String[] args() { return new String[] {"frame", "rows"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    int n = Columns.rows(fr.anyVec());
    boolean listed = !a.isFrame(1);
    int[] rows = listed ? rows(a.numbers(1), n) : rows(a.column(1), n);
    Vec near = listed ? fr.anyVec() : a.column(1);
    return Column.frame(near, Vecs.layout(near, rows.length), fr.names().clone(), Gather.columns(fr.vecs(), rows));
  }

  private static int[] rows(Vec v, int n) {
    if (!v.isNumeric()) throw new IllegalArgumentException("compat.take: the row numbers are not numeric");
    if (!Columns.isLong(v)) return rows(Columns.doubles(v), n);
    long[] l = Columns.longs(v);
    int[] r = new int[l.length];
    for (int i = 0; i < r.length; i++) r[i] = l[i] == Chunks.NA ? -1 : check(l[i], n);
    return r;
  }

  private static int[] rows(double[] d, int n) {
    int[] r = new int[d.length];
    for (int i = 0; i < r.length; i++) {
      if (d[i] == d[i] && d[i] != Math.rint(d[i])) throw new IllegalArgumentException("compat.take: " + d[i] + " is no row number");
      r[i] = d[i] != d[i] ? -1 : check((long) d[i], n);
    }
    return r;
  }

  private static int check(long row, int n) {
    if (row < 0 || row >= n) throw new IllegalArgumentException("compat.take: row " + row + " is out of bounds for " + n + " rows");
    return (int) row;
  }
}
