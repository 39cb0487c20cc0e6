package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.within fr value [keys] "func" ["words"] [numbers] dropna): for each row something of the earlier or later rows of
 * its group; NA for rows of no group. func is cumsum cumprod cummin cummax (numbers: skipna), count, the place in the group
 * (numbers: ascending), shift (numbers: rows), ffill or bfill (numbers: at most), rank (words: method, na; numbers:
 * ascending, pct). Gathers 16 bytes a row on the node that is asked.
 */
public class AstWithin extends Prim {
  @Override public String str() { return "compat.within"; }

  @Override public String[] args() { return new String[] {"frame", "value", "keys", "func", "words", "numbers", "dropna"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Vec v = fr.vec((int) a.number(1));
    Groups g = new Groups(a.vecs(2, fr), a.flag(6), false);
    String[] words = a.strings(4);
    double[] numbers = a.numbers(5);
    return Column.frame(v, v.espc(), "within", column(a, v, g, words, numbers));
  }

  private static Column column(Args a, Vec v, Groups g, String[] words, double[] numbers) {
    String func = a.choice(3, "cumsum", "cumprod", "cummin", "cummax", "count", "shift", "ffill", "bfill", "rank");
    switch (func) {
      case "count": return places(g, numbers[0] != 0);
      case "shift": return Gather.column(v, shift(g, (long) numbers[0]));
      case "ffill": case "bfill": return Gather.column(v, fill(v, g, func.equals("ffill"), numbers[0]));
      case "rank": return Column.of(AstRank.rank(Codes.of(v), g, words[0], numbers[0] != 0, words[1], numbers[1] != 0));
      default:
        boolean skip = numbers[0] != 0;
        if (func.equals("cummin") || func.equals("cummax")) return Gather.column(v, extreme(v, g, func.equals("cummin"), skip));
        return Columns.isLong(v) ? whole(v, g, func.equals("cumsum"), skip) : real(v, g, func.equals("cumsum"), skip);
    }
  }

  private static Column places(Groups g, boolean ascending) {
    long[] r = new long[g.of.length];
    Arrays.fill(r, Chunks.NA);
    each(g, (from, to) -> { for (int p = from; p < to; p++) r[g.rows[p]] = ascending ? p - from : to - 1 - p; });
    return Column.of(r);
  }

  private static int[] shift(Groups g, long by) {
    int[] r = none(g);
    each(g, (from, to) -> {
      for (int p = from; p < to; p++) if (p - by >= from && p - by < to) r[g.rows[p]] = g.rows[(int) (p - by)];
    });
    return r;
  }

  private static int[] fill(Vec v, Groups g, boolean forward, double most) {
    boolean[] na = Columns.missing(v);
    int[] r = none(g);
    each(g, (from, to) -> {
      int last = -1, step = forward ? 1 : -1;
      double filled = 0;
      for (int p = forward ? from : to - 1; p >= from && p < to; p += step) {
        int row = g.rows[p];
        if (!na[row]) {
          last = row;
          filled = 0;
        } else filled++;
        r[row] = filled <= most ? last : -1;
      }
    });
    return r;
  }

  /** The row of the smallest or largest value so far. */
  private static int[] extreme(Vec v, Groups g, boolean min, boolean skip) {
    long[] codes = Codes.of(v);
    int[] r = none(g);
    each(g, (from, to) -> {
      int best = -1;
      for (int p = from; p < to; p++) {
        int row = g.rows[p];
        if (codes[row] == Chunks.NA) {
          if (!skip) break;
          continue;
        }
        if (best < 0 || (min ? codes[row] < codes[best] : codes[row] > codes[best])) best = row;
        r[row] = best;
      }
    });
    return r;
  }

  private static Column whole(Vec v, Groups g, boolean sum, boolean skip) {
    long[] x = Columns.longs(v), r = new long[x.length];
    Arrays.fill(r, Chunks.NA);
    each(g, (from, to) -> {
      long t = sum ? 0 : 1;
      for (int p = from; p < to; p++) {
        int row = g.rows[p];
        if (x[row] == Chunks.NA) {
          if (!skip) break;
          continue;
        }
        r[row] = t = sum ? t + x[row] : t * x[row];
      }
    });
    return Column.of(r, v.isTime() ? Vec.T_TIME : Vec.T_NUM);
  }

  /** Kahan's sum; as in pandas, it is NaN after an infinity. */
  private static Column real(Vec v, Groups g, boolean sum, boolean skip) {
    double[] x = Columns.doubles(v), r = new double[x.length];
    Arrays.fill(r, Double.NaN);
    each(g, (from, to) -> {
      double t = sum ? 0 : 1, lost = 0;
      for (int p = from; p < to; p++) {
        int row = g.rows[p];
        if (x[row] != x[row]) {
          if (!skip) break;
          continue;
        }
        if (sum) {
          double y = x[row] - lost, s = t + y;
          lost = s - t - y;
          t = s;
        } else t *= x[row];
        r[row] = t;
      }
    });
    return Column.of(r);
  }

  private static int[] none(Groups g) {
    int[] r = new int[g.of.length];
    Arrays.fill(r, -1);
    return r;
  }

  private static void each(Groups g, Pool.Range group) {
    Pool.range(g.count, (from, to) -> { for (int i = from; i < to; i++) group.run(g.start[i], g.start[i + 1]); });
  }
}
