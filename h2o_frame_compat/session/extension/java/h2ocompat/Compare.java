package h2ocompat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import water.fvec.Chunk;
import water.fvec.Vec;
import water.parser.BufferedString;
import water.rapids.Val;

/** Comparison of string and enum columns, by code point. */
final class Compare {
  private Compare() { }

  static boolean isText(Vec v) { return v != null && (v.isString() || v.isCategorical()); }

  static Column texts(int op, Vec l, Val lv, Vec r, Val rv) {
    if (!Arithmetic.isComparison(op) || l == null && !lv.isStr() || r == null && !rv.isStr())
      throw new IllegalArgumentException("compat.bin: text can only be compared, and only with text");
    if (l == null) return scalar(op, r, lv.getStr(), -1);
    if (r == null) return scalar(op, l, rv.getStr(), 1);
    if (!isText(l) || !isText(r))
      throw new IllegalArgumentException("compat.bin: text can only be compared, and only with text");
    long[][] codes = texts(l, r);
    long[] out = new long[codes[0].length];
    for (int i = 0; i < out.length; i++) {
      long a = codes[0][i], b = codes[1][i];
      out[i] = a == Chunks.NA || b == Chunks.NA ? Arithmetic.unknown(op) : Arithmetic.compare(op, Long.compare(a, b));
    }
    return Column.of(out);
  }

  private static long[][] texts(Vec l, Vec r) {
    Texts t = new Texts();
    long[][] ids = {t.ids(l), t.ids(r)};
    int[] rank = t.ranks();
    for (long[] id : ids) for (int i = 0; i < id.length; i++) if (id[i] != Chunks.NA) id[i] = rank[(int) id[i]];
    return ids;
  }

  /** direction: 1 if the column is on the left. */
  private static Column scalar(int op, Vec v, String text, int direction) {
    final byte[] b = text.getBytes(StandardCharsets.UTF_8);
    final int[] ofLevel = new int[v.isCategorical() ? v.cardinality() : 0];
    for (int i = 0; i < ofLevel.length; i++) {
      byte[] level = v.domain()[i].getBytes(StandardCharsets.UTF_8);
      ofLevel[i] = bytes(level, 0, level.length, b);
    }
    return new Column(Vec.T_NUM, null, (c, from, to) -> {
      Chunk chunk = v.chunkForChunkIdx(c);
      long[] out = new long[to - from];
      BufferedString s = new BufferedString();
      for (int i = 0; i < out.length; i++) {
        if (chunk.isNA(i)) { out[i] = Arithmetic.unknown(op); continue; }
        int sign;
        if (v.isCategorical()) sign = ofLevel[(int) chunk.at8(i)];
        else {
          chunk.atStr(s, i);
          sign = bytes(s.getBuffer(), s.getOffset(), s.length(), b);
        }
        out[i] = Arithmetic.compare(op, sign * direction);
      }
      return Chunks.longs(out, out.length);
    });
  }

  private static int bytes(byte[] a, int at, int n, byte[] b) {
    for (int i = 0; i < Math.min(n, b.length); i++) {
      int d = (a[at + i] & 0xff) - (b[i] & 0xff);
      if (d != 0) return d < 0 ? -1 : 1;
    }
    return Integer.compare(n, b.length);
  }
}
