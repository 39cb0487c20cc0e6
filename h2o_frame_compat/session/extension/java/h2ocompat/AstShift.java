package h2ocompat;

import water.fvec.Frame;
import water.rapids.vals.ValFrame;

/** (compat.shift fr k): all columns k rows down, or up if k is negative, NA moving in; same layout. */
public class AstShift extends Prim {
  @Override public String str() { return "compat.shift"; }

  @Override public String[] args() { return new String[] {"frame", "periods"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    double k = a.number(1);
    if (k != Math.rint(k)) throw a.wrong(1, "a whole number");
    int n = Columns.rows(fr.anyVec());
    long by = (long) k;
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) rows[i] = i - by >= 0 && i - by < n && Math.abs(by) < n ? (int) (i - by) : -1;
    return Column.frame(fr.anyVec(), fr.anyVec().espc(), fr.names().clone(), Gather.columns(fr.vecs(), rows));
  }
}
