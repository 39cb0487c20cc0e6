package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.join l r [lkeys] [rkeys] how): the row numbers, l and r, of a join as pandas orders it; NA where a side has no
 * partner. Missing keys match missing keys. inner and left follow the left rows, right the right rows, outer the keys.
 */
public class AstJoin extends Prim {
  @Override public String str() { return "compat.join"; }

  @Override public String[] args() { return new String[] {"left", "right", "left_keys", "right_keys", "how"}; }

  @Override protected ValFrame call(Args a) {
    Frame left = a.frame(0), right = a.frame(1);
    Vec[] lk = a.vecs(2, left), rk = a.vecs(3, right);
    if (lk.length != rk.length) throw a.wrong(3, "as many keys as the left side has");
    String how = a.choice(4, "inner", "left", "right", "outer");
    int nl = Columns.rows(lk[0]), nr = Columns.rows(rk[0]);
    Math.addExact(nl, nr);
    long[][] keys = new long[lk.length][];
    for (int k = 0; k < keys.length; k++) {
      long[][] both = Codes.of(how.equals("outer"), lk[k], rk[k]);
      keys[k] = Arrays.copyOf(both[0], nl + nr);
      System.arraycopy(both[1], 0, keys[k], nl, nr);
    }
    Ids ids = Ids.of(keys);
    Side l = new Side(ids, 0, nl), r = new Side(ids, nl, nr);
    int[][] pairs = how.equals("outer") ? outer(l, r, byKey(lk, keys, ids))
        : how.equals("right") ? follow(r, l, true) : follow(l, r, how.equals("left"));
    int[] lr = pairs[how.equals("right") ? 1 : 0], rr = pairs[how.equals("right") ? 0 : 1];
    Vec near = left.anyVec();
    return Column.frame(near, Vecs.layout(near, lr.length), new String[] {"l", "r"}, Column.ofRows(lr), Column.ofRows(rr));
  }

  /** The rows of one side, by key number. */
  private static final class Side {
    final int[] id, start, rows;

    Side(Ids ids, int from, int n) {
      id = Arrays.copyOfRange(ids.id, from, from + n);
      start = new int[ids.count + 1];
      for (int i : id) start[i + 1]++;
      for (int k = 0; k < ids.count; k++) start[k + 1] += start[k];
      rows = new int[n];
      int[] at = Arrays.copyOf(start, ids.count);
      for (int i = 0; i < n; i++) rows[at[id[i]]++] = i;
    }

    int count(int key) { return start[key + 1] - start[key]; }
  }

  private static int size(long rows) {
    if (rows > Integer.MAX_VALUE - 16) throw new IllegalArgumentException("compat.join: the result has " + rows + " rows");
    return (int) rows;
  }

  /** In the order of side a; all: rows without a partner stay. */
  private static int[][] follow(Side a, Side b, boolean all) {
    long n = 0;
    for (int key : a.id) n += Math.max(b.count(key), all ? 1 : 0);
    int[] ra = new int[size(n)], rb = new int[ra.length];
    for (int i = 0, out = 0; i < a.id.length; i++) {
      int from = b.start[a.id[i]], to = b.start[a.id[i] + 1];
      if (from == to && all) { ra[out] = i; rb[out++] = -1; }
      for (int p = from; p < to; p++) { ra[out] = i; rb[out++] = b.rows[p]; }
    }
    return new int[][] {ra, rb};
  }

  private static int[] byKey(Vec[] columns, long[][] keys, Ids ids) {
    long[][] of = new long[keys.length][ids.count];
    for (int k = 0; k < of.length; k++)
      for (int g = 0; g < ids.count; g++) {
        long x = keys[k][ids.first[g]];
        // pandas puts missing keys last, but missing times first
        of[k][g] = x == Chunks.NA && columns[k].isTime() ? Chunks.NA + 1 : x;
      }
    boolean[] ascending = new boolean[keys.length];
    Arrays.fill(ascending, true);
    return Sort.order(of, ascending, true);
  }

  private static int[][] outer(Side l, Side r, int[] order) {
    long n = 0;
    for (int key : order) n += (long) Math.max(1, l.count(key)) * Math.max(1, r.count(key));
    int[] lr = new int[size(n)], rr = new int[lr.length];
    int out = 0;
    for (int key : order)
      for (int i = 0; i < Math.max(1, l.count(key)); i++)
        for (int j = 0; j < Math.max(1, r.count(key)); j++) {
          lr[out] = l.count(key) == 0 ? -1 : l.rows[l.start[key] + i];
          rr[out++] = r.count(key) == 0 ? -1 : r.rows[r.start[key] + j];
        }
    return new int[][] {lr, rr};
  }
}
