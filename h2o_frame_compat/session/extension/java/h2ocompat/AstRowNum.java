package h2ocompat;

import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/** (compat.rownum fr): the numbers 0 .. n-1, in the layout of fr. */
public class AstRowNum extends Prim {
  @Override public String str() { return "compat.rownum"; }

  @Override public String[] args() { return new String[] {"frame"}; }

  @Override protected ValFrame call(Args a) {
    Vec v = a.frame(0).anyVec();
    Columns.rows(v);
    return Column.frame(v, v.espc(), "rownum", new Column(Vec.T_NUM, null, (c, from, to) -> {
      long[] l = new long[to - from];
      for (int i = 0; i < l.length; i++) l[i] = from + i;
      return Chunks.longs(l, l.length);
    }));
  }
}
