package h2ocompat;

import water.fvec.Frame;
import water.rapids.vals.ValFrame;

/**
 * (compat.stats fr): one row per column of fr. The columns isum, imin, imax and iprod hold the exact values of integer and
 * time columns, NA for others.
 */
public class AstStats extends Prim {
  private static final String[] NUMBERS = {"n", "count", "sum", "mean", "min", "max", "var", "skew", "kurt", "prod"};
  private static final String[] INTEGERS = {"sum", "min", "max", "prod"};

  @Override public String str() { return "compat.stats"; }

  @Override public String[] args() { return new String[] {"frame"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    int k = NUMBERS.length, rows = fr.numCols();
    double[][] d = new double[k][rows];
    long[][] l = new long[INTEGERS.length][rows];
    Pool.each(rows, i -> {
      Stat s = new Stat(fr.vec(i));
      for (int j = 0; j < k; j++) d[j][i] = s.number(NUMBERS[j]);
      for (int j = 0; j < l.length; j++) l[j][i] = s.isInteger(INTEGERS[j]) ? s.integer(INTEGERS[j]) : Chunks.NA;
    });
    String[] names = java.util.Arrays.copyOf(NUMBERS, k + l.length);
    Column[] columns = new Column[names.length];
    for (int j = 0; j < names.length; j++) {
      if (j >= k) names[j] = "i" + INTEGERS[j - k];
      columns[j] = j < k ? Column.of(d[j]) : Column.of(l[j - k]);
    }
    return Column.frame(fr.anyVec(), Vecs.layout(rows), names, columns);
  }
}
