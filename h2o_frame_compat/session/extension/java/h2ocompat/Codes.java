package h2ocompat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import water.fvec.Vec;

/** Columns as longs that compare as the values do; Chunks.NA is missing, and no value maps to it. */
final class Codes {
  private Codes() { }

  /** Levels by their code, strings by code point, -0.0 as 0.0. */
  static long[] of(Vec v) { return of(true, v)[0]; }

  /** Equal values get equal codes; unless ordered the codes of strings mean nothing more. */
  static long[][] of(boolean ordered, Vec... vs) {
    boolean text = false, number = false, enums = true;
    for (Vec v : vs) {
      if (v.isUUID()) throw new IllegalArgumentException("UUID columns are not supported");
      boolean t = v.isString() || v.isCategorical();
      text |= t;
      number |= !t;
      enums &= v.isCategorical();
    }
    if (text && number) throw new IllegalArgumentException("a text column cannot be matched with a numeric one");
    if (!text) return numbers(vs);
    return enums && sameLevels(vs) ? levels(vs) : texts(ordered, vs);
  }

  private static long[][] numbers(Vec[] vs) {
    boolean whole = true;
    for (Vec v : vs) whole &= Columns.noFloat(v);
    long[][] r = new long[vs.length][];
    for (int i = 0; i < vs.length; i++) r[i] = whole ? Columns.longs(vs[i]) : ordered(Columns.doubles(vs[i]));
    return r;
  }

  private static long[] ordered(double[] d) {
    long[] r = new long[d.length];
    Pool.range(d.length, (from, to) -> { for (int i = from; i < to; i++) r[i] = ordered(d[i]); });
    return r;
  }

  /** Bits whose order as longs is that of the doubles. -inf becomes 0x800f..., just above Chunks.NA. */
  static long ordered(double d) {
    if (d != d) return Chunks.NA;
    long b = Double.doubleToRawLongBits(d + 0.0); // -0.0 + 0.0 is 0.0
    return b < 0 ? b ^ Long.MAX_VALUE : b;
  }

  private static boolean sameLevels(Vec[] vs) {
    Set<String> first = new HashSet<>(Arrays.asList(vs[0].domain()));
    for (Vec v : vs) if (v.domain().length != first.size() || !first.containsAll(Arrays.asList(v.domain()))) return false;
    return true;
  }

  /** Codes of the first column's levels. */
  private static long[][] levels(Vec[] vs) {
    long[][] r = new long[vs.length][];
    for (int i = 0; i < vs.length; i++) {
      r[i] = Columns.longs(vs[i]);
      if (Arrays.equals(vs[i].domain(), vs[0].domain())) continue;
      java.util.List<String> order = Arrays.asList(vs[0].domain());
      java.util.Map<String, Integer> code = new java.util.HashMap<>();
      for (int k = 0; k < order.size(); k++) code.put(order.get(k), k);
      for (int k = 0; k < r[i].length; k++) if (r[i][k] != Chunks.NA) r[i][k] = code.get(vs[i].domain()[(int) r[i][k]]);
    }
    return r;
  }

  private static long[][] texts(boolean ordered, Vec[] vs) {
    Texts texts = new Texts();
    long[][] r = new long[vs.length][];
    for (int i = 0; i < vs.length; i++) r[i] = texts.ids(vs[i]);
    if (!ordered) return r;
    int[] rank = texts.ranks();
    for (long[] l : r) for (int i = 0; i < l.length; i++) if (l[i] != Chunks.NA) l[i] = rank[(int) l[i]];
    return r;
  }
}
