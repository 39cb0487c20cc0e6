package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/** (compat.distinct fr [cols] keep): the numbers, ascending, of the rows to keep; keep is "first", "last" or "none". */
public class AstDistinct extends Prim {
  @Override public String str() { return "compat.distinct"; }

  @Override public String[] args() { return new String[] {"frame", "columns", "keep"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Vec[] keys = a.vecs(1, fr);
    String keep = a.choice(2, "first", "last", "none");
    long[][] codes = new long[keys.length][];
    for (int k = 0; k < codes.length; k++) codes[k] = Codes.of(false, keys[k])[0];
    Ids ids = Ids.of(codes);
    int[] rows = keep.equals("first") ? ids.first : kept(ids, keep.equals("last"));
    return Column.frame(fr.anyVec(), Vecs.layout(fr.anyVec(), rows.length), "row", Column.ofRows(rows));
  }

  private static int[] kept(Ids ids, boolean last) {
    int[] seen = new int[ids.count], lastRow = new int[ids.count];
    for (int i = 0; i < ids.id.length; i++) {
      seen[ids.id[i]]++;
      lastRow[ids.id[i]] = i;
    }
    int n = 0;
    int[] r = new int[ids.count];
    for (int i = 0; i < ids.id.length; i++)
      if (last ? lastRow[ids.id[i]] == i : seen[ids.id[i]] == 1) r[n++] = i;
    return Arrays.copyOf(r, n);
  }
}
