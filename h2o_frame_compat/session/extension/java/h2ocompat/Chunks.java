package h2ocompat;

import water.TypeMap;
import water.fvec.*;
import water.parser.BufferedString;
import water.util.UnsafeUtils;

/**
 * Builds chunks that hold exactly the values given, packed about as H2O's parser packs them.
 *
 * H2O's NewChunk rescales decimals and is not exact (it drops the sign of -0.0 and makes -2^63 NA), so chunks are
 * assembled in H2O's storage layout directly. Where NewChunk packs better (sparse, few values, decimals) its result is
 * used only after every value was compared.
 */
final class Chunks {
  static final long NA = Long.MIN_VALUE;
  private static final long EXACT = 1L << 53;
  private static final int SPARSE = 8; // as NewChunk: sparse pays off below one value in eight

  private Chunks() { }

  private static Chunk raw(String kind, byte[] memory) {
    Chunk c = (Chunk) TypeMap.newFreezable("water.fvec." + kind);
    return c.reloadFromBytes(memory);
  }

  static Chunk missing(int n) { return new C0DChunk(Double.NaN, n); }

  /** n little-endian doubles; the array may become the chunk's storage. NaN is NA. */
  static Chunk doubles(byte[] b, int n) {
    int na = 0, zeros = 0;
    boolean whole = true, constant = true;
    final long first = n == 0 ? 0 : UnsafeUtils.get8(b, 0);
    for (int i = 0; i < n; i++) {
      long bits = UnsafeUtils.get8(b, i << 3);
      double d = Double.longBitsToDouble(bits);
      constant &= bits == first;
      if (d != d) na++;
      else if (bits == 0) zeros++;
      else if (whole && (d == 0 || d != Math.rint(d) || Math.abs(d) > EXACT)) whole = false;
    }
    if (na == n) return missing(n);
    if (whole) {
      long[] l = new long[n];
      for (int i = 0; i < n; i++) l[i] = at(b, i) != at(b, i) ? NA : (long) at(b, i);
      return longs(l, n);
    }
    boolean sparse = sparse(n, n - zeros) || sparse(n, n - na);
    if (!constant && !sparse) {
      Chunk scaled = decimals(b, n);
      if (scaled != null && scaled.byteSize() < b.length) return scaled;
    }
    Chunk packed = constant ? new C0DChunk(at(b, 0), n) : sparse || fewValues(b, n) ? compressed(b, n) : null;
    return packed != null && (constant || packed.byteSize() < b.length) && same(packed, b, n) ? packed : raw("C8DChunk", b);
  }

  private static double at(byte[] b, int i) { return UnsafeUtils.get8d(b, i << 3); }

  private static Chunk compressed(byte[] b, int n) {
    double[] d = new double[n];
    Wire.le(b).asDoubleBuffer().get(d);
    return new NewChunk(d).compress();
  }

  static Chunk doubles(double[] d, int from, int to) {
    byte[] b = new byte[to - from << 3];
    Wire.le(b).asDoubleBuffer().put(d, from, to - from);
    return doubles(b, to - from);
  }

  /** The result of a computation: truth as bytes at once, as it is mostly read but once more. */
  static Chunk computed(double[] d) {
    byte[] b = new byte[d.length];
    for (int i = 0; i < b.length; i++) {
      if (d[i] != 1 && Double.doubleToRawLongBits(d[i]) != 0) return doubles(d, 0, d.length);
      b[i] = (byte) d[i];
    }
    return new C1NChunk(b);
  }

  private static boolean sparse(int n, int filled) { return (long) filled * SPARSE < n; }

  /** Whether a sample suggests H2O's dictionary chunk of at most 256 distinct values. */
  private static boolean fewValues(byte[] b, int n) {
    if (n < 1024) return false;
    long[] seen = new long[1024]; // bits, where their product leads or behind it; 0 is a free place, and not counted
    int distinct = 0;
    for (int i = 0, step = n / 1024; i < n && distinct <= 256; i += step) {
      long bits = UnsafeUtils.get8(b, i << 3);
      int at = (int) (bits * 0x9e3779b97f4a7c15L >>> 54);
      while (seen[at] != 0 && seen[at] != bits) at = at + 1 & 1023;
      if (seen[at] != bits) distinct++;
      seen[at] = bits;
    }
    return distinct <= 256;
  }

  /** Numbers of at most six decimals as scaled integers, as the CSV parser stores them; null where that is not exact. */
  private static Chunk decimals(byte[] b, int n) {
    int[] scaled = new int[n];
    for (int digits = 1; digits <= 6; digits++) {
      double scale = Math.pow(10, digits);
      int i = 0, min = Integer.MAX_VALUE, max = -Integer.MAX_VALUE;
      for (; i < n; i++) {
        double x = at(b, i), m = Math.rint(x * scale);
        if (x != x) { scaled[i] = Integer.MIN_VALUE; continue; }
        if (m / scale != x || Math.abs(m) >= Integer.MAX_VALUE || m == 0 && UnsafeUtils.get8(b, i << 3) != 0) break;
        scaled[i] = (int) m;
        min = Math.min(min, scaled[i]);
        max = Math.max(max, scaled[i]);
      }
      if (i == n) return scaled(scaled, digits, min, max);
    }
    return null;
  }

  /** H2O's chunk whose values are (bias + what it holds) / 10^digits, in as few bytes as they need; MIN_VALUE is NA. */
  private static Chunk scaled(int[] m, int digits, int min, int max) {
    final long range = (long) max - min;
    final int log = range < 255 ? 0 : range < 65535 ? 1 : 2;
    final long bias = log == 0 ? min : log == 1 ? min + 32767L : 0;
    byte[] b = new byte[Math.addExact(16, Math.multiplyExact(m.length, 1 << log))];
    UnsafeUtils.set8(b, 0, bias);
    UnsafeUtils.set4(b, 8, -digits);
    UnsafeUtils.set4(b, 12, -log - 1); // the sign says that it divides; to multiply would not be exact
    for (int i = 0, at = 16; i < m.length; i++, at += 1 << log) {
      boolean na = m[i] == Integer.MIN_VALUE;
      if (log == 0) b[at] = (byte) (na ? 255 : m[i] - bias);
      else if (log == 1) UnsafeUtils.set2(b, at, na ? Short.MIN_VALUE : (short) (m[i] - bias));
      else UnsafeUtils.set4(b, at, m[i]);
    }
    return raw(log == 0 ? "C1SChunk" : log == 1 ? "C2SChunk" : "C4SChunk", b);
  }

  private static boolean same(Chunk c, byte[] b, int n) {
    double[] got = c.getDoubles(new double[n], 0, n);
    for (int i = 0; i < n; i++)
      if (at(b, i) != at(b, i) ? got[i] == got[i] : UnsafeUtils.get8(b, i << 3) != Double.doubleToRawLongBits(got[i])) return false;
    return true;
  }

  /** l[i] == NA (-2^63) is missing; all other values are kept. */
  static Chunk longs(long[] l, int n) {
    int na = 0, zeros = 0;
    long min = Long.MAX_VALUE, max = Long.MIN_VALUE;
    for (int i = 0; i < n; i++) {
      long x = l[i];
      if (x == NA) { na++; continue; }
      if (x == 0) zeros++;
      if (x < min) min = x;
      if (x > max) max = x;
    }
    if (na == n) return missing(n);
    if (na == 0 && min == max) return new C0LChunk(min, n);
    if (min > -EXACT && max < EXACT && (sparse(n, n - zeros) || sparse(n, n - na))) {
      Chunk c = packed(l, n);
      if (same(c, l, n)) return c;
    }
    if (min >= 0 && max <= (na == 0 ? 255 : 254)) {
      byte[] b = new byte[n];
      for (int i = 0; i < n; i++) b[i] = (byte) (l[i] == NA ? 255 : l[i]);
      return na == 0 ? new C1NChunk(b) : raw("C1Chunk", b);
    }
    if (min > Short.MIN_VALUE && max <= Short.MAX_VALUE) {
      byte[] b = new byte[n << 1];
      for (int i = 0; i < n; i++) UnsafeUtils.set2(b, i << 1, l[i] == NA ? Short.MIN_VALUE : (short) l[i]);
      return raw("C2Chunk", b);
    }
    if (min > Integer.MIN_VALUE && max <= Integer.MAX_VALUE) {
      byte[] b = new byte[n << 2];
      for (int i = 0; i < n; i++) UnsafeUtils.set4(b, i << 2, l[i] == NA ? Integer.MIN_VALUE : (int) l[i]);
      return raw("C4Chunk", b);
    }
    byte[] b = new byte[Math.multiplyExact(n, 8)];
    for (int i = 0; i < n; i++) UnsafeUtils.set8(b, i << 3, l[i]);
    return raw("C8Chunk", b);
  }

  private static Chunk packed(long[] l, int n) {
    NewChunk nc = new NewChunk(null, 0, false);
    nc.alloc_nums(n);
    for (int i = 0; i < n; i++) if (l[i] == NA) nc.addNA(); else nc.addNum(l[i], 0);
    return nc.compress();
  }

  private static boolean same(Chunk c, long[] l, int n) {
    for (int i = 0; i < n; i++) if (c.isNA(i) ? l[i] != NA : c.at8(i) != l[i]) return false;
    return true;
  }

  /** Strings i at bytes[at[i] .. at[i+1]); valid is an Arrow bitmap or null. */
  static Chunk strings(int[] at, byte[] bytes, byte[] valid, int n) {
    byte[] out = new byte[Math.addExact(at[n] - at[0], n)];
    int[] starts = new int[n];
    int p = 0, filled = 0;
    final boolean suspect = hasNul(bytes, at[0], at[n]);
    for (int i = 0; i < n; i++) {
      if (valid != null && !Wire.bit(valid, i)) { starts[i] = -1; continue; }
      if (suspect && hasNul(bytes, at[i], at[i + 1])) throw new IllegalArgumentException("H2O strings cannot hold the NUL character");
      starts[i] = p;
      System.arraycopy(bytes, at[i], out, p, at[i + 1] - at[i]);
      p += at[i + 1] - at[i] + 1; // H2O ends each string with NUL
      filled++;
    }
    return filled == 0 ? missing(n) : new CStrChunk(p, out, n, n, null, starts);
  }

  private static boolean hasNul(byte[] b, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) { // eight at a time: only a zero byte borrows from its neighbour and had its high bit clear
      long word = UnsafeUtils.get8(b, i);
      if ((word - 0x0101010101010101L & ~word & 0x8080808080808080L) != 0) return true;
    }
    for (; i < to; i++) if (b[i] == 0) return true;
    return false;
  }

  static Chunk strings(BufferedString[] s, int n) {
    int[] at = new int[n + 1];
    for (int i = 0; i < n; i++) at[i + 1] = Math.addExact(at[i], s[i] == null ? 0 : s[i].length());
    byte[] bytes = new byte[at[n]], valid = new byte[Wire.bitmapBytes(n)];
    for (int i = 0; i < n; i++)
      if (s[i] != null) {
        Wire.setBit(valid, i);
        System.arraycopy(s[i].getBuffer(), s[i].getOffset(), bytes, at[i], s[i].length());
      }
    return strings(at, bytes, valid, n);
  }
}
