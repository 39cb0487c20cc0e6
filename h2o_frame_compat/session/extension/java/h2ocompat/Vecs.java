package h2ocompat;

import water.DKV;
import water.Futures;
import water.H2O;
import water.H2ONode;
import water.Key;
import water.fvec.*;
import water.util.UnsafeUtils;

/** Makes Vecs chunk by chunk, in a given vector group and layout: frames that share both are aligned for free. */
final class Vecs {
  /** Chunk c holds the rows from..to of the new column. */
  interface Maker { Chunk make(int c, int from, int to) throws Exception; }

  private Vecs() { }

  /** H2O's layout array for n rows: some chunks per core, none above about a million rows or below a thousand. */
  static long[] layout(long n) {
    long cores = 0;
    for (H2ONode node : H2O.CLOUD.members()) cores += Math.max(1, node._heartbeat._num_cpus);
    long k = Math.max(1, Math.min(Math.max(4 * cores, n + (1 << 20) - 1 >> 20), n / 1000));
    long[] starts = new long[(int) k + 1];
    for (int i = 0; i <= k; i++) starts[i] = n * i / k;
    return starts;
  }

  /** The layout of v if it has n rows, else the usual one. */
  static long[] layout(Vec v, long n) { return v.length() == n ? v.espc() : layout(n); }

  static Vec[] empty(Vec.VectorGroup group, long[] starts, byte[] types, String[][] levels) {
    Key<Vec>[] keys = group.addVecs(types.length);
    int layout = Vec.ESPC.rowLayout(keys[0], starts);
    Vec[] vecs = new Vec[types.length];
    for (int i = 0; i < vecs.length; i++) vecs[i] = new Vec(keys[i], layout, levels[i], types[i]);
    return vecs;
  }

  /** Builds all chunks in parallel; on failure nothing stays behind. */
  static Vec[] build(Vec.VectorGroup group, final long[] starts, byte[] types, String[][] levels, final Maker[] makers) {
    final int chunks = starts.length - 1, columns = types.length;
    final Vec[] vecs = empty(group, starts, types, levels);
    final Futures fs = new Futures();
    try {
      Pool.each(chunks * columns, j -> {
        int c = j / columns, i = j % columns;
        DKV.put(vecs[i].chunkKey(c), makers[i].make(c, (int) starts[c], (int) starts[c + 1]), fs, true);
      });
      fs.blockForPending();
      for (Vec v : vecs) DKV.put(v, fs);
      fs.blockForPending();
    } catch (Throwable t) {
      for (Vec v : vecs) v.remove();
      throw t;
    }
    return vecs;
  }

  /** Removes a group that was never published, with its layout; H2O keeps those two keys for good otherwise. */
  static void forget(Vec.VectorGroup group, Key<Vec> member) {
    byte[] layout = member._kb.clone(); // as H2O names the layout key: the group key with -2 for the chunk
    layout[0] = Key.GRP;
    UnsafeUtils.set4(layout, 2, -1);
    UnsafeUtils.set4(layout, 6, -2);
    Futures fs = new Futures();
    DKV.remove(Key.make(layout), fs);
    DKV.remove(group._key, fs);
    fs.blockForPending();
  }
}
