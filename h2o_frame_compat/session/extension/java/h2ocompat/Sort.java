package h2ocompat;

import java.util.Arrays;

/** Stable sorting of row numbers. */
final class Sort {
  private Sort() { }

  static int[] identity(int n) {
    int[] r = new int[n];
    for (int i = 0; i < n; i++) r[i] = i;
    return r;
  }

  /** The order of rows by several keys, the first most significant; Chunks.NA in a key is missing. */
  static int[] order(long[][] keys, boolean[] ascending, boolean naLast) {
    int[] order = identity(keys[0].length);
    for (int k = keys.length - 1; k >= 0; k--) order = order(keys[k], ascending[k], naLast, order);
    return order;
  }

  static int[] order(long[] key, boolean ascending, boolean naLast, int[] order) {
    long[] sortable = key;
    if (!ascending) {
      sortable = new long[key.length];
      for (int i = 0; i < key.length; i++) sortable[i] = ~key[i]; // keeps ties in order, unlike reversing
    }
    return missingAside(key, radix(sortable, order), naLast);
  }

  /** Missing values go to one end as a pass of their own: no key value is reserved for them. */
  private static int[] missingAside(long[] key, int[] order, boolean naLast) {
    int n = order.length, missing = 0;
    for (int i : order) if (key[i] == Chunks.NA) missing++;
    if (missing == 0) return order;
    int[] r = new int[n];
    for (int i = 0, na = naLast ? n - missing : 0, rest = naLast ? 0 : missing; i < n; i++)
      if (key[order[i]] == Chunks.NA) r[na++] = order[i]; else r[rest++] = order[i];
    return r;
  }

  /** Least significant digit first; digits in which all keys agree are skipped. May overwrite order. */
  static int[] radix(long[] key, int[] order) {
    final int n = order.length, bits = n < 1 << 16 ? 8 : 16;
    if (n < 2) return order;
    long or = 0, and = -1;
    for (int i : order) { or |= key[i]; and &= key[i]; }
    final long differ = or ^ and, mask = (1L << bits) - 1;
    int[] from = order, to = new int[n];
    int[] at = new int[(1 << bits) + 1];
    for (int shift = 0; shift < 64; shift += bits) {
      if ((differ >>> shift & mask) == 0) continue;
      long flip = shift + bits == 64 ? 1L << bits - 1 : 0; // the top digit carries the sign
      Arrays.fill(at, 0);
      for (int i : from) at[(int) ((key[i] >>> shift & mask) ^ flip) + 1]++;
      for (int d = 0; d < 1 << bits; d++) at[d + 1] += at[d];
      for (int i : from) to[at[(int) ((key[i] >>> shift & mask) ^ flip)]++] = i;
      int[] t = from; from = to; to = t;
    }
    return from;
  }
}
