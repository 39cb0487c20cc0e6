package h2ocompat;

import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.Val;
import water.rapids.vals.ValFrame;

/**
 * (compat.bin "op" l r): + - * // % == != < <= > >= as numpy and pandas have them. Integers (columns, or a scalar written as
 * a string of digits) are exact and wrap; everything else is double. Text columns compare by code point with text columns or
 * a string. NA gives NA, but 0 in a comparison and 1 in !=.
 */
public class AstBin extends Prim {
  @Override public String str() { return "compat.bin"; }

  @Override public String[] args() { return new String[] {"op", "left", "right"}; }

  @Override protected ValFrame call(Args a) {
    int op = Arithmetic.number(a.text(0));
    Frame l = a.isFrame(1) ? a.frame(1) : null, r = a.isFrame(2) ? a.frame(2) : null;
    Frame shape = l == null ? r : r == null || l.numCols() >= r.numCols() ? l : r;
    if (shape == null) throw a.wrong(1, "a frame, if the right side is none");
    for (int side = 1; side <= 2; side++) {
      if (!a.isFrame(side) && !a.value(side).isNum() && !a.value(side).isStr()) throw a.wrong(side, "a frame, a number or a string");
      if (!a.isFrame(side)) continue;
      int n = a.frame(side).numCols();
      if (n != 1 && n != shape.numCols()) throw a.wrong(side, "a frame of one column or as many as the other side");
      if (a.frame(side).numRows() != shape.numRows()) throw a.wrong(side, "a frame of " + shape.numRows() + " rows");
    }
    Columns.rows(shape.anyVec());
    Column[] columns = new Column[shape.numCols()];
    for (int i = 0; i < columns.length; i++)
      columns[i] = column(op, l == null ? null : vec(l, i), a.value(1), r == null ? null : vec(r, i), a.value(2));
    return Column.frame(shape.anyVec(), shape.anyVec().espc(), shape.names().clone(), columns);
  }

  private static Vec vec(Frame fr, int i) { return fr.vec(fr.numCols() == 1 ? 0 : i); }

  private static Column column(int op, Vec l, Val lv, Vec r, Val rv) {
    if (Compare.isText(l) || Compare.isText(r)) return Compare.texts(op, l, lv, r, rv);
    Operand x = l == null ? new Operand(lv) : new Operand(l), y = r == null ? new Operand(rv) : new Operand(r);
    boolean whole = x.whole && y.whole;
    if (Arithmetic.isComparison(op)) return new Column(Vec.T_NUM, null, (c, from, to) -> compare(op, x, y, whole, from, to));
    byte type = Arithmetic.keepsTime(op) && x.isTime() != y.isTime() && whole ? Vec.T_TIME : Vec.T_NUM;
    return new Column(type, null, (c, from, to) -> whole ? whole(op, x, y, from, to) : real(op, x, y, from, to));
  }

  private static water.fvec.Chunk compare(int op, Operand x, Operand y, boolean whole, int from, int to) {
    long[] out = new long[to - from];
    if (whole) {
      long[] a = x.longs(from, to), b = y.longs(from, to);
      for (int i = 0; i < out.length; i++)
        out[i] = a[i] == Chunks.NA || b[i] == Chunks.NA ? Arithmetic.unknown(op) : Arithmetic.compare(op, Long.compare(a[i], b[i]));
    } else {
      double[] a = x.doubles(from, to), b = y.doubles(from, to);
      for (int i = 0; i < out.length; i++)
        out[i] = a[i] != a[i] || b[i] != b[i] ? Arithmetic.unknown(op)
            : Arithmetic.compare(op, a[i] < b[i] ? -1 : a[i] > b[i] ? 1 : 0); // not Double.compare: 0.0 == -0.0
    }
    return Chunks.longs(out, out.length);
  }

  private static water.fvec.Chunk real(int op, Operand x, Operand y, int from, int to) {
    double[] a = x.doubles(from, to), b = y.doubles(from, to);
    for (int i = 0; i < a.length; i++) a[i] = Arithmetic.real(op, a[i], b[i]);
    return Chunks.doubles(a, 0, a.length);
  }

  /** Where an integer is divided by zero pandas turns to doubles, with infinities and NaN. */
  private static water.fvec.Chunk whole(int op, Operand x, Operand y, int from, int to) {
    long[] a = x.longs(from, to), b = y.longs(from, to);
    if (Arithmetic.isDivision(op))
      for (int i = 0; i < a.length; i++)
        if (b[i] == 0 && a[i] != Chunks.NA) return real(op, x, y, from, to);
    for (int i = 0; i < a.length; i++)
      a[i] = a[i] == Chunks.NA || b[i] == Chunks.NA ? Chunks.NA : Arithmetic.whole(op, a[i], b[i]);
    return Chunks.longs(a, a.length);
  }
}
