package h2ocompat;

import water.MRTask;
import water.fvec.*;
import water.parser.BufferedString;
import water.rapids.vals.ValFrame;

/** (compat.strslice fr start stop step): Python's slice of every string, by code points; NaN stands for None. */
public class AstStrSlice extends Prim {
  @Override public String str() { return "compat.strslice"; }

  @Override public String[] args() { return new String[] {"frame", "start", "stop", "step"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    for (Vec v : fr.vecs()) if (!v.isString()) throw a.wrong(0, "a frame of string columns");
    double step = a.number(3);
    if (step != step) step = 1;
    if (step == 0) throw a.wrong(3, "other than zero");
    return new ValFrame(new Slice(a.number(1), a.number(2), (int) step).doAll(fr.types(), fr).outputFrame(fr.names().clone(), null));
  }

  /** Runs where the chunks are. */
  static class Slice extends MRTask<Slice> {
    private final double _start, _stop;
    private final int _step;

    Slice(double start, double stop, int step) {
      _start = start;
      _stop = stop;
      _step = step;
    }

    @Override public void map(Chunk[] cs, NewChunk[] out) {
      BufferedString s = new BufferedString(), r = new BufferedString();
      for (int c = 0; c < cs.length; c++)
        for (int i = 0; i < cs[c]._len; i++) {
          if (cs[c].isNA(i)) { out[c].addNA(); continue; }
          cs[c].atStr(s, i);
          if (_step == 1 && isAscii(s)) {
            int n = s.length(), from = bound(_start, n, 0, 0, n), to = bound(_stop, n, n, 0, n);
            out[c].addStr(r.set(s.getBuffer(), s.getOffset() + from, Math.max(0, to - from)));
          } else out[c].addStr(slice(s.toString().codePoints().toArray()));
        }
    }

    private static boolean isAscii(BufferedString s) {
      for (int i = s.getOffset(), end = i + s.length(); i < end; i++) if (s.getBuffer()[i] < 0) return false;
      return true;
    }

    private String slice(int[] points) {
      int n = points.length;
      StringBuilder b = new StringBuilder();
      if (_step > 0)
        for (long i = bound(_start, n, 0, 0, n), end = bound(_stop, n, n, 0, n); i < end; i += _step) b.appendCodePoint(points[(int) i]);
      else
        for (long i = bound(_start, n, n - 1, -1, n - 1), end = bound(_stop, n, -1, -1, n - 1); i > end; i += _step)
          b.appendCodePoint(points[(int) i]);
      return b.toString();
    }

    /** An index that may be missing or count from the end, kept between low and high. */
    private static int bound(double x, int n, int missing, int low, int high) {
      return x != x ? missing : (int) Math.max(low, Math.min(high, x < 0 ? x + n : x));
    }
  }
}
