package h2ocompat;

import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.window fr [values] time [keys] "func" ["words"] [numbers] size min "closed" center): for each row a statistic of
 * the rows around it. values is a column, or two for cov and corr; time is the column that size is measured along, in its
 * units, or -1 for rows; size NaN is all rows so far; keys, if any, keep groups apart, and rows with a missing key get NA.
 * Fewer than min values give NA; infinities count as missing. func is sum mean min max first last var std skew kurt cov corr
 * (numbers: ddof), quantile (words: interpolation; numbers: q), rank (words: method; numbers: ascending, pct), nunique.
 * Gathers 16 bytes a row and column on the node that is asked.
 */
public class AstWindow extends Prim {
  @Override public String str() { return "compat.window"; }

  @Override public String[] args() {
    return new String[] {"frame", "values", "time", "keys", "func", "words", "numbers", "size", "min", "closed", "center"};
  }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Vec v = fr.anyVec();
    int n = Columns.rows(v), time = (int) a.number(2);
    double[] keys = a.numbers(3);
    Groups g = keys.length == 0 ? null : new Groups(a.vecs(3, fr), true, false);
    String closed = a.choice(9, "right", "left", "both", "neither");
    double size = a.number(7);
    Windows w = time < 0 ? Windows.ofRows(g, n, size, closed, a.flag(10))
        : Windows.ofTime(g, fr.vec(time), size, closed, a.flag(10));
    double[] r = new double[n];
    java.util.Arrays.fill(r, Double.NaN);
    fill(a, a.vecs(1, fr), w, a.number(8), r);
    return Column.frame(v, v.espc(), "window", Column.of(r));
  }

  private interface Maker { Slider make(); }

  private static void fill(Args a, Vec[] values, Windows w, double min, double[] r) {
    String func = a.text(4);
    double[] x = Columns.doubles(values[0]);
    Maker maker = maker(a, func, x, values.length > 1 ? Columns.doubles(values[1]) : x, w);
    boolean zero = min <= 0 && (func.equals("sum") || func.equals("nunique"));
    // Few blocks, as each begins with the whole window of its first row.
    int places = w.rows.length, blocks = Math.max(1, Math.min(4 * Pool.THREADS, places / 4096));
    Pool.each(blocks, b -> {
      Slider s = maker.make();
      int from = (int) ((long) places * b / blocks), to = (int) ((long) places * (b + 1) / blocks);
      if (from < to) s.restart(w.lo[from]);
      for (int p = from; p < to; p++) {
        s.slide(w.lo[p], w.hi[p]);
        double k = s.count();
        r[w.rows[p]] = k == 0 ? zero ? 0 : Double.NaN : k >= min ? s.result() : Double.NaN;
      }
    });
  }

  private static Maker maker(Args a, String func, double[] x, double[] y, Windows w) {
    double[] numbers = a.numbers(6);
    String[] words = a.strings(5);
    if (!func.equals("quantile") && !func.equals("rank") && !func.equals("nunique")) {
      Summary kind = Summary.of(func, numbers.length == 0 ? 1 : (int) numbers[0]);
      return () -> new Slider.Parts(kind, x, y, w.rows);
    }
    Slider.Ordered.Places places = new Slider.Ordered.Places(x);
    Slider.Ordered.Result result = func.equals("nunique") ? Slider.Ordered::distinct
        : func.equals("rank") ? o -> o.rank(words[0], numbers[0] != 0, numbers[1] != 0)
        : o -> o.quantile(numbers[0], words[0]);
    int widest = 0;
    for (int p = 0; p < w.rows.length; p++) widest = Math.max(widest, w.hi[p] - w.lo[p]);
    final int most = widest;
    return () -> new Slider.Ordered(places, w.rows, most, result);
  }
}
