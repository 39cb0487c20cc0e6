package h2ocompat;

import water.fvec.Frame;
import water.rapids.vals.ValStrs;

/**
 * (compat.stat fr ["func" ..]): the statistics in the answer itself, as texts that lose nothing: for each column of fr each
 * function in turn. Integers in digits, others as Java writes doubles (NaN, Infinity).
 */
public class AstStat extends Prim {
  @Override public String str() { return "compat.stat"; }

  @Override public String[] args() { return new String[] {"frame", "functions"}; }

  @Override protected ValStrs call(Args a) {
    Frame fr = a.frame(0);
    String[] funcs = a.strings(1);
    for (String f : funcs) Stat.check(f);
    String[] r = new String[fr.numCols() * funcs.length];
    Pool.each(fr.numCols(), i -> {
      Stat s = new Stat(fr.vec(i));
      for (int j = 0; j < funcs.length; j++) r[i * funcs.length + j] = s.text(funcs[j]);
    });
    return new ValStrs(r);
  }
}
