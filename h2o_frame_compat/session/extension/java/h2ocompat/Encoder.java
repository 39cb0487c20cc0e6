package h2ocompat;

import java.nio.ByteBuffer;
import water.fvec.*;
import water.parser.BufferedString;

/** A run of rows of one chunk as one frame of the stream. */
final class Encoder {
  private Encoder() { }

  /** Mark, bitmap if any, values. */
  static ByteBuffer[] encode(Vec v, int wire, Chunk c, int from, int to) {
    if (wire == 's') return strings(c, from, to);
    if (wire == 'd') return frame(null, 0, doubles(c, from, to));
    int n = to - from;
    long[] l = new long[n];
    Columns.longs(c, from, to, l, 0);
    if (c.hasFloat() && v.isNumeric())
      for (int i = 0; i < n; i++)
        if (l[i] != Chunks.NA && (double) l[i] != c.atd(from + i))
          throw new IllegalArgumentException("the column holds " + c.atd(from + i) + ", which is no integer");
    byte[] valid = null;
    int nulls = 0;
    for (int i = 0; i < n; i++) if (l[i] == Chunks.NA) nulls++;
    if (nulls > 0) {
      valid = new byte[Wire.bitmapBytes(n)];
      for (int i = 0; i < n; i++) if (l[i] == Chunks.NA) l[i] = 0; else Wire.setBit(valid, i);
    }
    return frame(valid, nulls, ByteBuffer.wrap(narrow(l, Wire.width(wire))));
  }

  private static ByteBuffer[] frame(byte[] valid, int nulls, ByteBuffer values) {
    int bitmap = valid == null ? 0 : valid.length;
    ByteBuffer mark = ByteBuffer.wrap(Wire.mark(Wire.FRAME, nulls, (long) values.remaining() + bitmap));
    return valid == null ? new ByteBuffer[] {mark, values} : new ByteBuffer[] {mark, ByteBuffer.wrap(valid), values};
  }

  /** Where the chunk lies in memory as it is sent, it is sent from there. */
  private static ByteBuffer doubles(Chunk c, int from, int to) {
    if (c instanceof C8DChunk) return ByteBuffer.wrap(c.getBytes(), from << 3, to - from << 3);
    byte[] b = new byte[to - from << 3];
    Wire.le(b).asDoubleBuffer().put(Columns.doubles(c, from, to));
    return ByteBuffer.wrap(b);
  }

  private static byte[] narrow(long[] l, int width) {
    int n = l.length;
    byte[] b = new byte[Math.multiplyExact(width, n)];
    ByteBuffer le = Wire.le(b);
    if (width == 8) {
      le.asLongBuffer().put(l);
      return b;
    }
    final long limit = 1L << 8 * width - 1;
    for (int i = 0; i < n; i++) {
      long x = l[i];
      if (x < -limit || x >= limit) throw new IllegalArgumentException(x + " does not fit in " + width + " bytes");
      if (width == 4) le.putInt(i << 2, (int) x);
      else if (width == 2) le.putShort(i << 1, (short) x);
      else b[i] = (byte) x;
    }
    return b;
  }

  private static ByteBuffer[] strings(Chunk c, int from, int to) {
    int n = to - from, nulls = 0;
    long bytes = 0;
    BufferedString s = new BufferedString();
    for (int i = from; i < to; i++) if (c.isNA(i)) nulls++; else bytes += c.atStr(s, i).length();
    byte[] valid = nulls > 0 ? new byte[Wire.bitmapBytes(n)] : null;
    byte[] b = new byte[Math.toIntExact(4L * (n + 1) + bytes)];
    ByteBuffer le = Wire.le(b);
    for (int i = 0, at = 0; i < n; i++) {
      if (!c.isNA(from + i)) {
        if (valid != null) Wire.setBit(valid, i);
        c.atStr(s, from + i);
        System.arraycopy(s.getBuffer(), s.getOffset(), b, 4 * (n + 1) + at, s.length());
        at += s.length();
      }
      le.putInt(4 * (i + 1), at);
    }
    return frame(valid, nulls, ByteBuffer.wrap(b));
  }
}
