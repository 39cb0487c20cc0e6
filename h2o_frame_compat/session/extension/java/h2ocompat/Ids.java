package h2ocompat;

import java.util.Arrays;

/** Rows numbered by their key: equal keys, equal number, counted in order of first appearance. */
final class Ids {
  final int[] id;
  int count;
  /** The first row of each number. */
  int[] first = new int[64];

  /** Rows over several keys; two missing values are equal. */
  static Ids of(long[][] keys) {
    Ids r = new Ids(keys[0]);
    for (int k = 1; k < keys.length; k++) {
      Ids other = new Ids(keys[k]);
      long[] pair = new long[r.id.length];
      for (int i = 0; i < pair.length; i++) pair[i] = (long) r.id[i] * other.count + other.id[i];
      r = new Ids(pair);
    }
    return r;
  }

  private Ids(long[] key) {
    id = new int[key.length];
    long min = Long.MAX_VALUE, max = Long.MIN_VALUE;
    for (long x : key)
      if (x != Chunks.NA) {
        if (x < min) min = x;
        if (x > max) max = x;
      }
    long span = max - min; // negative when it overflows
    if (min > max) dense(key, 0, 0);
    else if (span >= 0 && span < Math.max(1 << 16, 2L * key.length)) dense(key, min, (int) span + 1);
    else hashed(key);
    first = Arrays.copyOf(first, count);
  }

  /** A table with a place for every possible value; place 0 is for missing. */
  private void dense(long[] key, long min, int values) {
    int[] table = new int[values + 1];
    for (int i = 0; i < key.length; i++) {
      int place = key[i] == Chunks.NA ? 0 : (int) (key[i] - min) + 1;
      if (table[place] == 0) table[place] = add(i);
      id[i] = table[place] - 1;
    }
  }

  private void hashed(long[] key) {
    int size = Integer.highestOneBit(Math.max(16, Math.min(key.length, 1 << 28))) << 2, mask = size - 1;
    int[] table = new int[size];
    for (int i = 0; i < key.length; i++) {
      long h = key[i] * 0x9E3779B97F4A7C15L;
      int place = (int) (h ^ h >>> 32) & mask;
      while (table[place] != 0 && key[first[table[place] - 1]] != key[i]) place = place + 1 & mask;
      if (table[place] == 0) table[place] = add(i);
      id[i] = table[place] - 1;
    }
  }

  private int add(int row) {
    if (count == first.length) first = Arrays.copyOf(first, count * 2);
    first[count] = row;
    return ++count;
  }
}
