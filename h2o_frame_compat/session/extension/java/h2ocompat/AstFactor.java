package h2ocompat;

import java.util.BitSet;
import java.util.LongSummaryStatistics;
import water.H2O;
import water.fvec.Chunk;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.factor fr): a column as a category, as H2O's as.factor makes it: the levels are the values, in their order. H2O's
 * own takes several tasks for that; whole numbers that lie close together, such as classes, take none here.
 */
public class AstFactor extends Prim {
  private static final int WIDEST = 1 << 16;

  @Override public String str() { return "compat.factor"; }

  @Override public String[] args() { return new String[] {"frame"}; }

  @Override protected ValFrame call(Args a) {
    Vec v = a.column(0);
    String name = a.frame(0).name(0);
    if (H2O.CLOUD.size() == 1 && v.isNumeric() && Columns.noFloat(v)) {
      LongSummaryStatistics all = new LongSummaryStatistics();
      Pool.each(v.nChunks(), i -> {
        LongSummaryStatistics one = new LongSummaryStatistics();
        for (long l : longs(v, i)) if (l != Chunks.NA) one.accept(l);
        synchronized (all) { all.combine(one); }
      });
      long width = all.getMax() - all.getMin(); // below 0 where it is beyond 64 bits
      if (all.getCount() > 0 && width >= 0 && width < WIDEST) return near(v, name, all.getMin(), (int) width + 1);
    }
    return new ValFrame(new Frame(new String[] {name}, new Vec[] {v.toCategoricalVec()}));
  }

  private static ValFrame near(Vec v, String name, long low, int width) {
    BitSet there = new BitSet(width);
    Pool.each(v.nChunks(), i -> {
      BitSet one = new BitSet(width);
      for (long l : longs(v, i)) if (l != Chunks.NA) one.set((int) (l - low));
      synchronized (there) { there.or(one); }
    });
    int[] code = new int[width];
    String[] levels = new String[there.cardinality()];
    int n = 0;
    for (int k = there.nextSetBit(0); k >= 0; k = there.nextSetBit(k + 1)) {
      code[k] = n;
      levels[n++] = Long.toString(low + k);
    }
    return Column.frame(v, v.espc(), name, new Column(Vec.T_CAT, levels, (c, from, to) -> {
      long[] l = longs(v, c);
      for (int i = 0; i < l.length; i++) if (l[i] != Chunks.NA) l[i] = code[(int) (l[i] - low)];
      return Chunks.longs(l, l.length);
    }));
  }

  private static long[] longs(Vec v, int chunk) {
    Chunk c = v.chunkForChunkIdx(chunk);
    long[] r = new long[c._len];
    Columns.longs(c, 0, c._len, r, 0);
    return r;
  }
}
