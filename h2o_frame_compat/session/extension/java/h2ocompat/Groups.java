package h2ocompat;

import java.util.Arrays;
import water.fvec.Vec;

/** Rows by group, as a group-by needs them. */
final class Groups {
  final int count;
  /** Group of each row, -1 if dropped. */
  final int[] of;
  /** First row of each group. */
  final int[] first;
  /** rows[start[g] .. start[g+1]) are the rows of group g, ascending. */
  final int[] start, rows;

  Groups(Vec[] keys, boolean dropMissing, boolean sort) {
    long[][] codes = new long[keys.length][];
    for (int k = 0; k < codes.length; k++) codes[k] = Codes.of(sort, keys[k])[0];
    Ids ids = Ids.of(codes);
    int[] order = sort ? sorted(codes, ids) : Sort.identity(ids.count);
    if (dropMissing) order = complete(codes, ids, order);
    count = order.length;
    int[] number = new int[ids.count];
    Arrays.fill(number, -1);
    first = new int[count];
    for (int g = 0; g < count; g++) {
      number[order[g]] = g;
      first[g] = ids.first[order[g]];
    }
    of = ids.id;
    start = new int[count + 1];
    for (int i = 0; i < of.length; i++) if ((of[i] = number[of[i]]) >= 0) start[of[i] + 1]++;
    for (int g = 0; g < count; g++) start[g + 1] += start[g];
    rows = new int[start[count]];
    int[] at = Arrays.copyOf(start, count);
    for (int i = 0; i < of.length; i++) if (of[i] >= 0) rows[at[of[i]]++] = i;
  }

  private static int[] sorted(long[][] codes, Ids ids) {
    long[][] keys = new long[codes.length][ids.count];
    for (int k = 0; k < keys.length; k++) for (int g = 0; g < ids.count; g++) keys[k][g] = codes[k][ids.first[g]];
    boolean[] ascending = new boolean[codes.length];
    Arrays.fill(ascending, true);
    return Sort.order(keys, ascending, true);
  }

  private static int[] complete(long[][] codes, Ids ids, int[] order) {
    int n = 0;
    int[] r = new int[order.length];
    next: for (int g : order) {
      for (long[] c : codes) if (c[ids.first[g]] == Chunks.NA) continue next;
      r[n++] = g;
    }
    return Arrays.copyOf(r, n);
  }
}
