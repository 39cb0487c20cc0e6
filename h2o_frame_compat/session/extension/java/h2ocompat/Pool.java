package h2ocompat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import water.H2O;

/** A small daemon pool beside H2O's own, so that a training job which fills H2O's pool cannot starve a transfer. */
final class Pool {
  interface Body { void run(int i) throws Exception; }

  interface Range { void run(int from, int to) throws Exception; }

  static final int THREADS = Math.max(1, Math.min(
      H2O.ARGS.nthreads > 0 ? H2O.ARGS.nthreads : 64, Runtime.getRuntime().availableProcessors()));

  static final ThreadPoolExecutor EXECUTOR = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS,
      new LinkedBlockingQueue<>(), work -> {
        Thread t = new Thread(work, "h2ocompat");
        t.setDaemon(true);
        return t;
      });
  static { EXECUTOR.allowCoreThreadTimeOut(true); }

  private static final int MAX_BLOCK = 1 << 15;

  private Pool() { }

  /** Runs body(0..n-1) and returns when all have ended. The caller takes part, so nested calls cannot deadlock. */
  static void each(int n, Body body) {
    final AtomicInteger next = new AtomicInteger();
    final AtomicReference<Throwable> error = new AtomicReference<>();
    // Counts bodies, not threads: a helper that is scheduled late finds nothing to do and need not be awaited.
    final CountDownLatch done = new CountDownLatch(n);
    final Runnable loop = () -> {
      for (int i; (i = next.getAndIncrement()) < n; )
        try {
          if (error.get() == null) body.run(i);
        } catch (Throwable t) {
          error.compareAndSet(null, t);
        } finally {
          done.countDown();
        }
    };
    for (int helpers = Math.min(n, THREADS) - 1; helpers > 0; helpers--) EXECUTOR.execute(loop);
    loop.run();
    awaitFully(done);
    rethrow(error.get());
  }

  /** Runs body over 0..n-1 cut in blocks. */
  static void range(int n, Range body) {
    final int block = Math.max(1, Math.min(MAX_BLOCK, n / (4 * THREADS)));
    each((int) (((long) n + block - 1) / block), b -> body.run(b * block, (int) Math.min(n, (b + 1L) * block)));
  }

  private static void awaitFully(CountDownLatch latch) {
    boolean interrupted = false;
    while (true)
      try { latch.await(); break; } catch (InterruptedException e) { interrupted = true; }
    if (interrupted) Thread.currentThread().interrupt();
  }

  static void rethrow(Throwable t) {
    if (t == null) return;
    if (t instanceof RuntimeException) throw (RuntimeException) t;
    if (t instanceof Error) throw (Error) t;
    throw new RuntimeException(t);
  }
}
