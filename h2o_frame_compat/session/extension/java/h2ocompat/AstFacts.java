package h2ocompat;

import water.Iced;
import water.MRTask;
import water.fvec.Chunk;
import water.fvec.Frame;
import water.rapids.vals.ValStrs;

/**
 * (compat.facts fr ["program" ..]): seven numbers for each program (see Program), as texts that lose nothing: rows, missing
 * values, sum, smallest, largest, sum of squared distances from the mean, zeros. Missing values are skipped, infinities
 * counted. One pass over the data, every node over its own chunks. Of a text or enum column, which can only stand alone,
 * rows and missing values are meant.
 */
public class AstFacts extends Prim {
  @Override public String str() { return "compat.facts"; }

  @Override public String[] args() { return new String[] {"frame", "programs"}; }

  @Override protected ValStrs call(Args a) {
    Frame fr = a.frame(0);
    String[] programs = a.strings(1);
    for (String p : programs) new Program(p, fr.numCols());
    Facts[] found = new Pass(programs).doAll(fr)._facts;
    String[] r = new String[7 * programs.length];
    for (int i = 0; i < programs.length; i++) (found == null ? new Facts() : found[i]).write(r, 7 * i);
    return new ValStrs(r);
  }

  static class Pass extends MRTask<Pass> {
    private final String[] programs;
    Facts[] _facts;

    Pass(String[] programs) { this.programs = programs; }

    @Override public void map(Chunk[] cs) {
      _facts = new Facts[programs.length]; // its own: tasks are copies of each other
      for (int i = 0; i < _facts.length; i++) (_facts[i] = new Facts()).read(new Program(programs[i], cs.length), cs);
    }

    @Override public void reduce(Pass other) {
      for (int i = 0; i < _facts.length; i++) _facts[i].add(other._facts[i]);
    }
  }

  /** What is known of a part of a column. */
  static class Facts extends Iced<Facts> {
    long rows, missing, zeros;
    double sum, lost, low = Double.NaN, high = Double.NaN, spread;

    void read(Program p, Chunk[] cs) {
      rows = cs[0]._len;
      Chunk alone = p.isPlain() ? cs[p.column()] : null;
      if (alone != null && alone.vec().isString()) {
        for (int i = 0; i < rows; i++) if (alone.isNA(i)) missing++;
        return;
      }
      double[] values = p.run(cs);
      double s = 0, gone = 0, least = Double.POSITIVE_INFINITY, most = Double.NEGATIVE_INFINITY;
      int absent = 0, nothing = 0;
      for (double x : values) {
        if (x != x) {
          absent++;
          continue;
        }
        double next = s + x; // Neumaier's sum: what is lost of each addition is kept beside it
        gone += Math.abs(s) >= Math.abs(x) ? s - next + x : x - next + s;
        s = next;
        if (x < least) least = x;
        if (x > most) most = x;
        if (x == 0) nothing++;
      }
      missing = absent;
      zeros = nothing;
      sum = s;
      lost = gone == gone ? gone : 0; // beside an infinity there is nothing to lose
      if (absent == rows) return;
      low = least;
      high = most;
      double mean = total() / (rows - missing), far = 0;
      for (double x : values) if (x == x) far += (x - mean) * (x - mean);
      spread = far;
    }

    void add(Facts other) {
      double n = rows - missing, m = other.rows - other.missing;
      if (n > 0 && m > 0) {
        double apart = other.total() / m - total() / n;
        spread += other.spread + apart * apart * (n * m / (n + m));
      } else if (m > 0) {
        spread = other.spread;
      }
      rows += other.rows;
      missing += other.missing;
      zeros += other.zeros;
      add(other.sum);
      lost += other.lost;
      if (!(low <= other.low) && other.low == other.low) low = other.low;
      if (!(high >= other.high) && other.high == other.high) high = other.high;
    }

    void add(double x) {
      double next = sum + x;
      double gone = Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
      if (gone == gone) lost += gone;
      sum = next;
    }

    double total() { return Double.isInfinite(sum) || sum != sum ? sum : sum + lost; }

    void write(String[] r, int at) {
      r[at] = Long.toString(rows);
      r[at + 1] = Long.toString(missing);
      r[at + 2] = Double.toString(total());
      r[at + 3] = Double.toString(low);
      r[at + 4] = Double.toString(high);
      r[at + 5] = Double.toString(spread);
      r[at + 6] = Long.toString(zeros);
    }
  }
}
