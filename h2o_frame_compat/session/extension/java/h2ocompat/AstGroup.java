package h2ocompat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.group fr [keys] ["func:col" ..] dropna sort): one row a group: the keys, then one column per aggregate, named as
 * written. "size" needs no column. Sorted by key (NA last) or in order of first appearance.
 */
public class AstGroup extends Prim {
  @Override public String str() { return "compat.group"; }

  @Override public String[] args() { return new String[] {"frame", "keys", "aggregates", "dropna", "sort"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    int[] keys = a.columns(1, fr);
    String[] specs = a.strings(2);
    Groups g = new Groups(fr.vecs(keys), a.flag(3), a.flag(4));
    String[] names = new String[keys.length + specs.length];
    Column[] columns = Arrays.copyOf(Gather.columns(fr.vecs(keys), g.first), names.length);
    Set<String> used = new HashSet<>();
    for (int i = 0; i < names.length; i++) {
      names[i] = i < keys.length ? fr.name(keys[i]) : specs[i - keys.length];
      for (int k = 2; !used.add(names[i]); k++) names[i] = (i < keys.length ? fr.name(keys[i]) : specs[i - keys.length]) + "." + k;
      if (i < keys.length) continue;
      String spec = specs[i - keys.length];
      int colon = spec.indexOf(':');
      String func = colon < 0 ? spec : spec.substring(0, colon);
      if (colon < 0 && !func.equals("size")) throw a.wrong(2, "a list of func:column, not " + spec);
      Vec v = colon < 0 || colon + 1 == spec.length() && func.equals("size") ? fr.vec(keys[0])
          : fr.vec(a.column(fr, spec.substring(colon + 1)));
      columns[i] = Aggregate.column(func, v, g);
    }
    return Column.frame(fr.anyVec(), Vecs.layout(fr.anyVec(), g.count), names, columns);
  }
}
