package h2ocompat;

import water.fvec.Chunk;
import water.fvec.Vec;
import water.parser.BufferedString;

/** Rows in any order, with repeats; -1 gives NA. */
final class Gather {
  private static final int TABLE_BITS = 14;

  private final long[] starts;
  private final int[] rows, chunkOf;

  private Gather(long[] starts, int[] rows) {
    this.starts = starts;
    this.rows = rows;
    chunkOf = new int[rows.length];
    final int last = starts.length - 2;
    // the chunk where each block of rows begins, so that finding a row's chunk takes few steps
    final int shift = Math.max(0, 32 - Integer.numberOfLeadingZeros((int) starts[last + 1]) - TABLE_BITS);
    final int[] table = new int[(int) (starts[last + 1] >> shift) + 1];
    for (int b = 0, c = 0; b < table.length; b++) {
      while (c < last && starts[c + 1] <= (long) b << shift) c++;
      table[b] = c;
    }
    Pool.range(rows.length, (from, to) -> {
      for (int i = from; i < to; i++) {
        int r = rows[i];
        if (r < 0) continue;
        int c = table[r >> shift];
        while (starts[c + 1] <= r) c++;
        chunkOf[i] = c;
      }
    });
  }

  static Column[] columns(Vec[] sources, int[] rows) {
    if (sources.length == 0) return new Column[0];
    Columns.rows(sources[0]);
    Gather g = new Gather(sources[0].espc(), rows);
    Column[] r = new Column[sources.length];
    for (int i = 0; i < r.length; i++) r[i] = new Column(sources[i].get_type(), sources[i].domain(), g.maker(sources[i]));
    return r;
  }

  static Column column(Vec source, int[] rows) { return columns(new Vec[] {source}, rows)[0]; }

  private Vecs.Maker maker(Vec v) {
    if (v.isUUID()) throw new IllegalArgumentException("UUID columns are not supported");
    final Chunk[] chunks = Columns.chunks(v);
    if (v.isString()) return (c, from, to) -> strings(chunks, from, to);
    return Columns.isLong(v) ? (c, from, to) -> longs(chunks, from, to) : (c, from, to) -> doubles(chunks, from, to);
  }

  private int at(int i) { return (int) (rows[i] - starts[chunkOf[i]]); }

  private Chunk strings(Chunk[] chunks, int from, int to) {
    BufferedString[] s = new BufferedString[to - from];
    for (int i = from; i < to; i++)
      if (rows[i] >= 0 && !chunks[chunkOf[i]].isNA(at(i))) s[i - from] = chunks[chunkOf[i]].atStr(new BufferedString(), at(i));
    return Chunks.strings(s, to - from);
  }

  private Chunk longs(Chunk[] chunks, int from, int to) {
    long[] l = new long[to - from];
    for (int i = from; i < to; i++) {
      Chunk c = chunks[chunkOf[i]];
      l[i - from] = rows[i] < 0 || c.isNA(at(i)) ? Chunks.NA : c.at8(at(i));
    }
    return Chunks.longs(l, to - from);
  }

  private Chunk doubles(Chunk[] chunks, int from, int to) {
    double[] d = new double[to - from];
    for (int i = from; i < to; i++) d[i - from] = rows[i] < 0 ? Double.NaN : chunks[chunkOf[i]].atd(at(i));
    return Chunks.doubles(d, 0, to - from);
  }
}
