package h2ocompat;

import water.H2O;
import water.MRTask;
import water.fvec.*;

/** Reads columns. */
final class Columns {
  private Columns() { }

  /** Whether any chunk holds numbers that are not int64. Runs where the chunks are. */
  static class AnyFloat extends MRTask<AnyFloat> {
    boolean _found, _values;

    @Override public void map(Chunk c) {
      boolean allNa = c instanceof C0DChunk && c._len > 0 && c.isNA(0);
      _values = !allNa && c._len > 0;
      _found = _values && isFloat(c);
    }

    @Override public void reduce(AnyFloat other) { _found |= other._found; _values |= other._values; }
  }

  private static boolean isFloat(Chunk c) {
    if (c.hasFloat()) return true;
    if (!(c instanceof CSChunk)) return false;
    for (int i = 0; i < c._len; i++) // scaled integers may exceed int64
      if (!c.isNA(i) && (double) c.at8(i) != c.atd(i)) return true;
    return false;
  }

  /** Whether the column is kept as int64: codes, times, numeric columns with integer chunks only. A column of NA is not. */
  static boolean isLong(Vec v) {
    if (v.isCategorical() || v.isTime()) return true;
    if (!v.isNumeric()) return false;
    AnyFloat t = scan(v);
    return t._values && !t._found;
  }

  /** Whether no chunk holds numbers other than int64: a column of NA, or of no rows, is not in the way of integers. */
  static boolean noFloat(Vec v) { return v.isCategorical() || v.isTime() || v.isNumeric() && !scan(v)._found; }

  private static AnyFloat scan(Vec v) {
    AnyFloat t = new AnyFloat();
    if (H2O.CLOUD.size() > 1) t.doAll(v);
    else
      for (int c = 0; c < v.nChunks() && !t._found; c++) {
        AnyFloat one = new AnyFloat();
        one.map(v.chunkForChunkIdx(c));
        t.reduce(one);
      }
    return t;
  }

  static int rows(Vec v) {
    if (v.length() > Integer.MAX_VALUE - 16) throw new IllegalArgumentException("more than 2^31 rows are not supported");
    return (int) v.length();
  }

  static double[] doubles(Chunk c, int from, int to) {
    double[] d = new double[to - from];
    if (!(c instanceof CUDChunk) || from == 0 && to == c._len) return c.getDoubles(d, from, to);
    for (int i = from; i < to; i++) d[i - from] = c.atd(i); // its getDoubles always gives the whole chunk
    return d;
  }

  static void longs(Chunk c, int from, int to, long[] out, int at) {
    if (c instanceof C8Chunk || c instanceof CSChunk || c instanceof CXIChunk || c instanceof C0LChunk || c.hasFloat())
      for (int i = from; i < to; i++) out[at + i - from] = c.isNA(i) ? Chunks.NA : c.at8(i);
    else { // at most 32 bits a value: exact as doubles, and read in bulk
      double[] d = doubles(c, from, to);
      for (int i = 0; i < d.length; i++) out[at + i] = d[i] != d[i] ? Chunks.NA : (long) d[i];
    }
  }

  static long[] longs(Vec v) {
    long[] r = new long[rows(v)];
    Pool.each(v.nChunks(), i -> {
      Chunk c = v.chunkForChunkIdx(i);
      longs(c, 0, c._len, r, (int) c.start());
    });
    return r;
  }

  static double[] doubles(Vec v) {
    double[] r = new double[rows(v)];
    Pool.each(v.nChunks(), i -> {
      Chunk c = v.chunkForChunkIdx(i);
      System.arraycopy(doubles(c, 0, c._len), 0, r, (int) c.start(), c._len);
    });
    return r;
  }

  /** Rows from..to, wherever they lie: for columns whose chunks differ. */
  static long[] longs(Vec v, int from, int to) {
    long[] r = new long[to - from];
    for (int at = from; at < to; ) {
      Chunk c = v.chunkForRow(at);
      int a = (int) (at - c.start()), b = (int) Math.min(c._len, to - c.start());
      longs(c, a, b, r, at - from);
      at += b - a;
    }
    return r;
  }

  static double[] doubles(Vec v, int from, int to) {
    double[] r = new double[to - from];
    for (int at = from; at < to; ) {
      Chunk c = v.chunkForRow(at);
      int a = (int) (at - c.start()), b = (int) Math.min(c._len, to - c.start());
      System.arraycopy(doubles(c, a, b), 0, r, at - from, b - a);
      at += b - a;
    }
    return r;
  }

  static boolean[] missing(Vec v) {
    boolean[] r = new boolean[rows(v)];
    Pool.each(v.nChunks(), i -> {
      Chunk c = v.chunkForChunkIdx(i);
      for (int k = 0; k < c._len; k++) r[(int) c.start() + k] = c.isNA(k);
    });
    return r;
  }

  static Chunk[] chunks(Vec v) {
    Chunk[] cs = new Chunk[v.nChunks()];
    for (int i = 0; i < cs.length; i++) cs[i] = v.chunkForChunkIdx(i);
    return cs;
  }
}
