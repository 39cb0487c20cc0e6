package h2ocompat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import water.fvec.Frame;
import water.rapids.vals.ValFrame;

/**
 * (compat.group fr [keys] ["func:col" ..] dropna sort): one row a group: the keys, then one column per aggregate, named as
 * written. col is a column's number if it is all digits, else its name; "size" needs none. Sorted by key (NA last) or in
 * order of first appearance.
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
      String name = names[i] = i < keys.length ? fr.name(keys[i]) : specs[i - keys.length];
      for (int k = 2; !used.add(names[i]); k++) names[i] = name + "." + k;
      if (i >= keys.length) columns[i] = aggregate(a, fr, specs[i - keys.length], g);
    }
    return Column.frame(fr.anyVec(), Vecs.layout(fr.anyVec(), g.count), names, columns);
  }

  private static Column aggregate(Args a, Frame fr, String spec, Groups g) {
    int colon = spec.indexOf(':');
    String func = colon < 0 ? spec : spec.substring(0, colon), column = spec.substring(colon + 1);
    if (func.equals("size")) return Aggregate.column(func, null, g);
    if (colon < 0) throw a.wrong(2, "a list of func:column, not " + spec);
    return Aggregate.column(func, fr.vec(a.column(fr, column)), g);
  }
}
