package h2ocompat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import water.fvec.Vec;
import water.rapids.vals.ValStrs;

/**
 * (compat.levels fr [column ..]): what there is to know of a target: for each of the columns how many values are missing, how
 * many levels it has (0 for one that is no category), and then the levels. All are texts.
 */
public class AstLevels extends Prim {
  @Override public String str() { return "compat.levels"; }

  @Override public String[] args() { return new String[] {"frame", "columns"}; }

  @Override protected ValStrs call(Args a) {
    List<String> r = new ArrayList<>();
    for (Vec v : a.vecs(1, a.frame(0))) {
      String[] levels = v.isCategorical() ? v.domain() : new String[0];
      r.add(Long.toString(v.naCnt()));
      r.add(Integer.toString(levels.length));
      Collections.addAll(r, levels);
    }
    return new ValStrs(r.toArray(new String[0]));
  }
}
