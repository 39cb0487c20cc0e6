package h2ocompat;

import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/** (compat.argsort fr [cols] [asc 1/0] na): row numbers in the order of the columns, stable; na is "last" or "first". */
public class AstArgSort extends Prim {
  @Override public String str() { return "compat.argsort"; }

  @Override public String[] args() { return new String[] {"frame", "columns", "ascending", "na"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Vec[] keys = a.vecs(1, fr);
    boolean[] ascending = a.flags(2, keys.length);
    boolean naLast = a.choice(3, "last", "first").equals("last");
    int[] order = Sort.identity(Columns.rows(keys[0]));
    for (int k = keys.length - 1; k >= 0; k--) order = Sort.order(Codes.of(keys[k]), ascending[k], naLast, order);
    return Column.frame(fr.anyVec(), fr.anyVec().espc(), "row", Column.ofRows(order));
  }
}
