package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.ewm fr [values] time [keys] "func" com halflife [adjust ignore_na bias] min): exponentially weighted statistics
 * of the rows so far: mean, sum, or cov of two columns. time is the column along which weights halve every halflife, or -1
 * for rows. One pass over each group, on the node that is asked: 16 bytes a row and column.
 */
public class AstEwm extends Prim {
  @Override public String str() { return "compat.ewm"; }

  @Override public String[] args() {
    return new String[] {"frame", "values", "time", "keys", "func", "com", "halflife", "flags", "min"};
  }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    Vec v = fr.anyVec();
    Vec[] values = a.vecs(1, fr);
    int n = Columns.rows(v), time = (int) a.number(2);
    Groups g = a.numbers(3).length == 0 ? null : new Groups(a.vecs(3, fr), true, false);
    int[] rows = g == null ? Sort.identity(n) : g.rows, start = g == null ? new int[] {0, n} : g.start;
    String func = a.choice(4, "mean", "sum", "cov");
    double com = a.number(5), halflife = a.number(6), min = Math.max(1, a.number(8));
    boolean[] flags = a.flags(7, 3);
    double[] x = Columns.doubles(values[0]), y = Columns.doubles(values[values.length - 1]);
    long[] times = time < 0 ? null : Columns.longs(fr.vec(time));
    double[] r = new double[n];
    Arrays.fill(r, Double.NaN);
    Pool.range(start.length - 1, (from, to) -> {
      for (int i = from; i < to; i++) {
        if (start[i] == start[i + 1]) continue;
        int[] own = Arrays.copyOfRange(rows, start[i], start[i + 1]);
        if (func.equals("cov")) cov(x, y, own, com, flags, min, r);
        else mean(x, own, com, times, halflife, func.equals("mean"), flags, min, r);
      }
    });
    return Column.frame(v, v.espc(), "ewm", Column.of(r));
  }

  private static boolean present(double d) { return d - d == 0; }

  private static void mean(double[] x, int[] rows, double com, long[] times, double halflife, boolean mean, boolean[] flags,
      double min, double[] r) {
    boolean adjust = flags[0], ignore = flags[1];
    double alpha = 1 / (1 + com), fading = 1 - alpha, fresh = adjust ? 1 : alpha, old = 1, kept = Double.NaN;
    int seen = 0;
    for (int i = 0; i < rows.length; i++) {
      double now = x[rows[i]];
      boolean there = present(now);
      if (there) seen++;
      if (kept != kept) {
        if (there) kept = now;
      } else if (there || !ignore) {
        if (!mean) {
          kept = fading * kept + (there ? now : 0);
        } else {
          old *= times == null ? fading : Math.pow(fading, (times[rows[i]] - times[rows[i - 1]]) / halflife);
          if (there) {
            if (kept != now) {
              if (!adjust && com == 1) fresh = 1 - old;
              kept = (old * kept + fresh * now) / (old + fresh);
            }
            old = adjust ? old + fresh : 1;
          }
        }
      }
      if (seen >= min) r[rows[i]] = kept;
    }
  }

  private static void cov(double[] x, double[] y, int[] rows, double com, boolean[] flags, double min, double[] r) {
    boolean adjust = flags[0], ignore = flags[1], bias = flags[2];
    double alpha = 1 / (1 + com), fading = 1 - alpha, fresh = adjust ? 1 : alpha, old = 1, weight = 1, squares = 1, cov = 0;
    double meanX = Double.NaN, meanY = Double.NaN;
    int seen = 0;
    for (int row : rows) {
      double a = x[row], b = y[row];
      boolean there = present(a) && present(b);
      if (there) seen++;
      if (meanX != meanX) {
        if (there) {
          meanX = a;
          meanY = b;
        }
      } else if (there || !ignore) {
        weight *= fading;
        squares *= fading * fading;
        old *= fading;
        if (there) {
          double oldX = meanX, oldY = meanY, all = old + fresh;
          if (meanX != a) meanX = (old * oldX + fresh * a) / all;
          if (meanY != b) meanY = (old * oldY + fresh * b) / all;
          cov = (old * (cov + (oldX - meanX) * (oldY - meanY)) + fresh * ((a - meanX) * (b - meanY))) / all;
          weight += fresh;
          squares += fresh * fresh;
          old = all;
          if (!adjust) {
            weight /= old;
            squares /= old * old;
            old = 1;
          }
        }
      }
      if (seen < min) continue;
      double whole = weight * weight, rest = whole - squares;
      r[row] = bias ? cov : rest > 0 ? whole / rest * cov : Double.NaN;
    }
  }
}
