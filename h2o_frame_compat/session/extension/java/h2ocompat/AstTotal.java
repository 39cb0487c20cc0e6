package h2ocompat;

import water.MRTask;
import water.fvec.Chunk;
import water.rapids.vals.ValNum;

/**
 * (compat.total fr): the sum of one numeric or time column, missing values skipped, infinities counted. H2O's own sum is the
 * mean times the count, so that whole numbers need not add up to one. Every node adds up its chunks.
 */
public class AstTotal extends Prim {
  @Override public String str() { return "compat.total"; }

  @Override public String[] args() { return new String[] {"frame"}; }

  @Override protected ValNum call(Args a) {
    water.fvec.Vec v = a.column(0);
    if (!v.isNumeric() && !v.isTime()) throw a.wrong(0, "a numeric or time column");
    return new ValNum(new Sum().doAll(v).value());
  }

  /** Neumaier's sum: what is lost of each addition is kept beside it. */
  static class Sum extends MRTask<Sum> {
    double _sum, _lost;

    @Override public void map(Chunk c) {
      for (double x : c.getDoubles(new double[c._len], 0, c._len)) if (x == x) add(x);
    }

    @Override public void reduce(Sum other) {
      add(other._sum);
      _lost += other._lost;
    }

    private void add(double x) {
      double sum = _sum + x;
      double lost = Math.abs(_sum) >= Math.abs(x) ? _sum - sum + x : x - sum + _sum;
      if (lost == lost) _lost += lost; // beside an infinity there is nothing to lose
      _sum = sum;
    }

    double value() { return Double.isInfinite(_sum) || _sum != _sum ? _sum : _sum + _lost; }
  }
}
