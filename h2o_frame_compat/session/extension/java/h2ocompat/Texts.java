package h2ocompat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import water.fvec.Chunk;
import water.fvec.Vec;
import water.parser.BufferedString;

/** A dictionary of UTF-8 strings: numbers in order of appearance. It points into the chunks instead of copying. */
final class Texts {
  private int[] table = new int[1 << 10];
  private int size;
  private byte[][] bytes = new byte[512][];
  private int[] from = new int[512], length = new int[512], hash = new int[512];

  int id(byte[] b, int at, int n) {
    int h = n;
    for (int i = at; i < at + n; i++) h = h * 31 + b[i];
    h ^= h >>> 15;
    h *= 0x2c1b3c6d;
    h ^= h >>> 12;
    int mask = table.length - 1, slot = h & mask;
    for (; table[slot] != 0; slot = slot + 1 & mask) {
      int i = table[slot] - 1;
      if (hash[i] == h && length[i] == n && same(bytes[i], from[i], b, at, n)) return i;
    }
    if (size == bytes.length) grow();
    bytes[size] = b;
    from[size] = at;
    length[size] = n;
    hash[size] = h;
    table[slot] = ++size;
    if (size * 2 > table.length) rehash();
    return size - 1;
  }

  private static boolean same(byte[] a, int i, byte[] b, int j, int n) {
    for (int k = 0; k < n; k++) if (a[i + k] != b[j + k]) return false;
    return true;
  }

  private void grow() {
    int n = size * 2;
    bytes = Arrays.copyOf(bytes, n);
    from = Arrays.copyOf(from, n);
    length = Arrays.copyOf(length, n);
    hash = Arrays.copyOf(hash, n);
  }

  private void rehash() {
    table = new int[table.length * 4];
    int mask = table.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hash[i] & mask;
      while (table[slot] != 0) slot = slot + 1 & mask;
      table[slot] = i + 1;
    }
  }

  /** A number for each row of a string or enum column, Chunks.NA where it is missing. */
  long[] ids(Vec v) {
    long[] r;
    if (v.isCategorical()) {
      String[] levels = v.domain();
      int[] id = new int[levels.length];
      for (int i = 0; i < id.length; i++) {
        byte[] b = levels[i].getBytes(StandardCharsets.UTF_8);
        id[i] = id(b, 0, b.length);
      }
      r = Columns.longs(v);
      for (int i = 0; i < r.length; i++) if (r[i] != Chunks.NA) r[i] = id[(int) r[i]];
      return r;
    }
    r = new long[Columns.rows(v)];
    BufferedString s = new BufferedString();
    for (int c = 0, at = 0; c < v.nChunks(); c++) {
      Chunk chunk = v.chunkForChunkIdx(c);
      for (int i = 0; i < chunk._len; i++, at++) {
        if (chunk.isNA(i)) { r[at] = Chunks.NA; continue; }
        chunk.atStr(s, i);
        r[at] = id(s.getBuffer(), s.getOffset(), s.length());
      }
    }
    return r;
  }

  /** As ids, the empty string being number 0. */
  long[] idsAfterEmpty(Vec v) {
    id(new byte[0], 0, 0);
    return ids(v);
  }

  /** The rank of each number by code point, which is the order of the UTF-8 bytes. */
  int[] ranks() {
    long[] prefix = new long[size]; // eight bytes settle most comparisons
    for (int i = 0; i < size; i++)
      for (int k = 0; k < 8; k++) prefix[i] = prefix[i] << 8 | (k < length[i] ? bytes[i][from[i] + k] & 0xff : 0);
    for (int i = 0; i < size; i++) prefix[i] ^= Long.MIN_VALUE; // unsigned order as signed
    int[] order = Sort.radix(prefix, Sort.identity(size));
    for (int a = 0, b; a < size; a = b) {
      for (b = a + 1; b < size && prefix[order[b]] == prefix[order[a]]; ) b++;
      if (b - a > 1) sortRun(order, a, b);
    }
    int[] rank = new int[size];
    for (int i = 0; i < size; i++) rank[order[i]] = i;
    return rank;
  }

  private void sortRun(int[] order, int a, int b) {
    Integer[] run = new Integer[b - a];
    for (int i = a; i < b; i++) run[i - a] = order[i];
    Arrays.sort(run, this::compare);
    for (int i = a; i < b; i++) order[i] = run[i - a];
  }

  private int compare(int x, int y) {
    int n = Math.min(length[x], length[y]);
    for (int k = 0; k < n; k++) {
      int d = (bytes[x][from[x] + k] & 0xff) - (bytes[y][from[y] + k] & 0xff);
      if (d != 0) return d;
    }
    return length[x] - length[y];
  }
}
