package h2ocompat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;

/** What a request asks for: columns, a range of rows, a wire type per column. */
final class Download {
  private final Frame fr;
  private final int[] columns;
  private final byte[] wires;
  private final long[] starts;
  private final long from, to;
  private final int firstChunk, chunks;

  Download(Frame fr, String columns, String rows, String wires) {
    this.fr = fr;
    this.columns = columns(columns, fr.numCols());
    starts = fr.numCols() == 0 ? new long[] {0, 0} : fr.anyVec().espc();
    long n = starts[starts.length - 1], lo = 0, hi = n;
    if (rows != null) {
      String[] p = rows.split(":", -1);
      if (p.length != 2) throw new IllegalArgumentException("rows must be first:end");
      lo = Math.min(n, number(p[0]));
      hi = Math.max(lo, Math.min(n, number(p[1])));
    }
    from = lo;
    to = hi;
    int a = 0, b = starts.length - 1;
    while (a < b - 1 && starts[a + 1] <= lo) a++;
    while (b > a + 1 && starts[b - 1] >= hi) b--;
    firstChunk = a;
    chunks = b - a;
    this.wires = wires(wires);
  }

  private static long number(String s) {
    try {
      long x = Long.parseLong(s.trim());
      if (x >= 0) return x;
    } catch (NumberFormatException ignored) { } // reported below
    throw new IllegalArgumentException("bad number '" + s + "'");
  }

  private static int[] columns(String s, int n) {
    if (s == null) {
      int[] all = new int[n];
      for (int i = 0; i < n; i++) all[i] = i;
      return all;
    }
    String[] p = s.isEmpty() ? new String[0] : s.split(",", -1);
    int[] r = new int[p.length];
    for (int i = 0; i < r.length; i++) {
      long c = number(p[i]);
      if (c >= n) throw new IllegalArgumentException("column " + c + " of " + n);
      r[i] = (int) c;
    }
    return r;
  }

  private byte[] wires(String want) {
    if (want != null && want.length() != columns.length)
      throw new IllegalArgumentException("wires must name one type a column");
    byte[] r = new byte[columns.length];
    for (int i = 0; i < r.length; i++) {
      Vec v = vec(i);
      char w = want == null ? '-' : want.charAt(i), own = wire(v, w == '-');
      boolean ok = w == '-' || w == own || own != 's' && Wire.width(w) > 0 && (v.isNumeric() && !v.isTime() || w != 'd');
      if (!ok || v.isTime() && w != '-' && w != 'l')
        throw new IllegalArgumentException("column " + fr.name(columns[i]) + " cannot be sent as '" + w + "'");
      r[i] = (byte) (w == '-' ? own : w);
    }
    return r;
  }

  private static char wire(Vec v, boolean exact) {
    if (v.isUUID()) throw new IllegalArgumentException("UUID columns are not supported");
    if (v.isString()) return 's';
    if (v.isCategorical()) return v.cardinality() <= 127 ? 'b' : v.cardinality() <= 32767 ? 'h' : 'i';
    return v.isTime() || exact && Columns.isLong(v) ? 'l' : 'd';
  }

  private Vec vec(int i) { return fr.vec(columns[i]); }

  long cells() { return (to - from) * columns.length; }

  int frames() { return chunks * columns.length; }

  ByteBuffer[] frame(int i) {
    int chunk = firstChunk + i / columns.length, column = i % columns.length;
    Vec v = vec(column);
    int a = (int) (Math.max(from, starts[chunk]) - starts[chunk]);
    int b = (int) (Math.min(to, starts[chunk + 1]) - starts[chunk]);
    return Encoder.encode(v, wires[column], v.chunkForChunkIdx(chunk), Math.min(a, b), b);
  }

  byte[] head() {
    ByteArrayOutputStream h = new ByteArrayOutputStream();
    ByteBuffer fixed = Wire.le(new byte[24 + 8 * chunks]);
    fixed.putInt(Provider.PROTOCOL).putInt(columns.length).putInt(chunks).putInt(0).putLong(to - from);
    for (int c = firstChunk; c < firstChunk + chunks; c++)
      fixed.putLong(Math.max(0, Math.min(to, starts[c + 1]) - Math.max(from, starts[c])));
    h.write(fixed.array(), 0, fixed.capacity());
    for (int i = 0; i < columns.length; i++) {
      Vec v = vec(i);
      h.write(v.isCategorical() ? 'c' : v.isTime() ? 't' : v.isString() ? 's' : 'n');
      h.write(wires[i]);
      h.write(0);
      h.write(0);
      Wire.text(h, fr.name(columns[i]));
      String[] levels = v.isCategorical() ? v.domain() : null;
      Wire.i4(h, levels == null ? -1 : levels.length);
      if (levels != null) Wire.block(h, levels);
    }
    byte[] mark = new byte[8];
    Wire.le(mark).putInt(Wire.MAGIC).putInt(h.size());
    byte[] all = Arrays.copyOf(mark, 8 + h.size());
    System.arraycopy(h.toByteArray(), 0, all, 8, h.size());
    return all;
  }
}
