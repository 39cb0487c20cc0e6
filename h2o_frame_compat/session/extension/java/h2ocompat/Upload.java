package h2ocompat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import water.DKV;
import water.Futures;
import water.Key;
import water.Value;
import water.fvec.Chunk;
import water.fvec.Frame;
import water.fvec.Vec;

/**
 * One upload. The request's thread reads, the pool builds and stores chunks. The frame appears only when everything is
 * stored; a failed upload leaves no key at all.
 */
final class Upload {
  /** Below this many cells handing work to the pool costs more than doing it. */
  private static final int SMALL = 20_000;

  /** Raw bytes that may wait for the pool, in KB: reading stops until the pool has caught up. */
  private final int allowance = (int) Math.min(256 << 10, Math.max(16 << 10, Runtime.getRuntime().maxMemory() / 16 >> 10));
  private final Semaphore memory = new Semaphore(allowance);
  private final Futures stores = new Futures();
  private final AtomicReference<Throwable> error = new AtomicReference<>();
  private Vec.VectorGroup ownGroup;
  private Vec[] vecs;

  /** like: null, or a frame whose vector group and chunk layout the new one shares, so that cbind copies nothing. */
  Frame read(Body body, String id, boolean overwrite, Frame like) throws IOException {
    Key<Frame> key = Key.make(id);
    checkFree(key, overwrite);
    Header h = Header.read(body);
    allocate(h, like);
    for (int b = 0; b + 1 < h.starts.length; b++)
      for (int c = 0; c < h.names.length; c++) frame(body, h, b, c);
    if (Wire.le(body.read(16)).getInt() != Wire.END) throw new IllegalArgumentException("the trailer is missing");
    if (body.left() > 0) throw new IllegalArgumentException("there is data after the trailer");
    awaitPool();
    Pool.rethrow(error.get());
    stores.blockForPending();
    return publish(key, h.names, overwrite);
  }

  private static void checkFree(Key<Frame> key, boolean overwrite) {
    Value old = DKV.get(key);
    if (old != null && !overwrite) throw new IllegalArgumentException("key " + key + " already exists");
    if (old != null && !old.isFrame()) throw new IllegalArgumentException("key " + key + " is not a frame");
  }

  private void allocate(Header h, Frame like) {
    Vec.VectorGroup group;
    if (like == null) group = ownGroup = new Vec.VectorGroup();
    else {
      group = like.anyVec().group();
      if (!java.util.Arrays.equals(like.anyVec().espc(), h.starts))
        throw new IllegalArgumentException("the batches differ from the chunks of the frame given as like");
    }
    vecs = Vecs.empty(group, h.starts, h.types, h.levels);
  }

  private void frame(Body body, Header h, int batch, int column) throws IOException {
    final int rows = (int) (h.starts[batch + 1] - h.starts[batch]), wire = h.wires[column];
    ByteBuffer mark = Wire.le(body.read(16));
    if (mark.getInt() != Wire.FRAME)
      throw new IllegalArgumentException("lost in the stream at batch " + batch + ", column " + column);
    final int nulls = mark.getInt();
    final long length = mark.getLong(), values = length - (nulls != 0 ? Wire.bitmapBytes(rows) : 0);
    if (wire == 's' ? values < 4L * (rows + 1) : values != (long) Wire.width(wire) * rows)
      throw new IllegalArgumentException("bad length " + length + " at batch " + batch + ", column " + column);
    if (values > Integer.MAX_VALUE - 64 - rows) throw new IllegalArgumentException("a batch of 2 GB; send smaller batches");
    final int permits = (int) Math.min(allowance, (length >> 10) + 1);
    memory.acquireUninterruptibly(permits);
    boolean handedOver = false;
    try {
      Pool.rethrow(error.get());
      final byte[] valid = nulls != 0 ? body.read(Wire.bitmapBytes(rows)) : null;
      final int[] at = wire == 's' ? offsets(body.read(4L * (rows + 1)), rows, values - 4L * (rows + 1)) : null;
      final byte[] data = body.read(wire == 's' ? at[rows] : values);
      final Key<?> key = vecs[column].chunkKey(batch);
      final int levels = h.levels[column] == null ? -1 : h.levels[column].length;
      Runnable store = () -> {
        try {
          if (error.get() == null) DKV.put(key, chunk(wire, data, at, valid, rows, levels), stores, true);
        } catch (Throwable t) {
          error.compareAndSet(null, t);
        } finally {
          memory.release(permits);
        }
      };
      handedOver = true;
      if ((long) rows * h.names.length < SMALL) store.run(); else Pool.EXECUTOR.execute(store);
    } finally {
      if (!handedOver) memory.release(permits);
    }
  }

  private static int[] offsets(byte[] b, int n, long end) {
    int[] at = new int[n + 1];
    Wire.le(b).asIntBuffer().get(at);
    boolean ok = at[0] == 0 && at[n] == end;
    for (int i = 0; i < n; i++) ok &= at[i] <= at[i + 1];
    if (!ok) throw new IllegalArgumentException("bad string offsets");
    return at;
  }

  private static Chunk chunk(int wire, byte[] data, int[] at, byte[] valid, int n, int levels) {
    if (wire == 's') return Chunks.strings(at, data, valid, n);
    if (wire == 'd') {
      if (valid != null)
        for (int i = 0; i < n; i++) if (!Wire.bit(valid, i)) Wire.le(data).putDouble(i << 3, Double.NaN);
      return Chunks.doubles(data, n);
    }
    long[] l = longs(wire, data, n);
    for (int i = 0; i < n; i++)
      if (valid != null && !Wire.bit(valid, i) || levels >= 0 && l[i] == -1) l[i] = Chunks.NA;
      else if (l[i] == Chunks.NA) throw new IllegalArgumentException("-2^63 is H2O's missing value; it cannot be stored");
      else if (levels >= 0 && (l[i] < 0 || l[i] >= levels)) throw new IllegalArgumentException("code " + l[i] + " has no level");
    return Chunks.longs(l, n);
  }

  private static long[] longs(int wire, byte[] b, int n) {
    long[] r = new long[n];
    ByteBuffer le = Wire.le(b);
    switch (wire) {
      case 'l': le.asLongBuffer().get(r); break;
      case 'i': for (int i = 0; i < n; i++) r[i] = le.getInt(i << 2); break;
      case 'h': for (int i = 0; i < n; i++) r[i] = le.getShort(i << 1); break;
      default: for (int i = 0; i < n; i++) r[i] = b[i];
    }
    return r;
  }

  private Frame publish(Key<Frame> key, String[] names, boolean overwrite) {
    Futures fs = new Futures();
    for (Vec v : vecs) DKV.put(v, fs);
    fs.blockForPending();
    Frame fr = new Frame(key, names, vecs);
    if (overwrite) {
      // Swaps old for new in one step and refuses while a job holds the old frame.
      fr.delete_and_lock();
      fr.unlock();
    } else if (DKV.DputIfMatch(key, new Value(key, fr), null, fs) != null)
      throw new IllegalArgumentException("key " + key + " already exists");
    fs.blockForPending();
    vecs = null;
    return fr;
  }

  /** Removes a frame that was read, and what its columns shared: for frames that live as long as a request. */
  void remove(Frame read) {
    Key<Vec> member = read.keys()[0];
    read.delete();
    if (ownGroup != null) Vecs.forget(ownGroup, member);
  }

  private void awaitPool() {
    memory.acquireUninterruptibly(allowance);
    memory.release(allowance);
  }

  /** Removes everything stored so far. Safe to call at any time after a failure; does nothing after success. */
  void abort() {
    error.compareAndSet(null, new IllegalStateException("aborted"));
    awaitPool();
    try { stores.blockForPending(); } catch (Throwable ignored) { } // the failure is reported already
    if (vecs == null) return;
    for (Vec v : vecs) v.remove();
    if (ownGroup != null) Vecs.forget(ownGroup, vecs[0]._key);
    vecs = null;
  }
}
