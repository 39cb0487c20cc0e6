package h2ocompat;

import water.fvec.Frame;
import water.rapids.vals.ValFrame;

/** (compat.groupid fr [keys] dropna sort): the group number of each row, as compat.group counts them; NA if dropped. */
public class AstGroupId extends Prim {
  @Override public String str() { return "compat.groupid"; }

  @Override public String[] args() { return new String[] {"frame", "keys", "dropna", "sort"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Groups g = new Groups(a.vecs(1, fr), a.flag(2), a.flag(3));
    return Column.frame(fr.anyVec(), fr.anyVec().espc(), "group", Column.ofRows(g.of));
  }
}
