package h2ocompat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A request body of known length. Lengths inside the stream are checked against what is left before memory is taken. */
final class Body {
  private final InputStream in;
  private long left;

  Body(InputStream in, long length) {
    if (length < 0) throw new IllegalArgumentException("a Content-Length is needed");
    this.in = in;
    this.left = length;
  }

  long left() { return left; }

  byte[] read(long n) throws IOException {
    if (n < 0 || n > left) throw new IllegalArgumentException("the stream wants " + n + " bytes, the body has " + left);
    byte[] b = new byte[(int) n];
    for (int at = 0; at < n; ) {
      int got = read(b, at, (int) n - at);
      if (got < 0) throw new EOFException("the body ended " + left + " bytes early");
      at += got;
      left -= got;
    }
    return b;
  }

  private int read(byte[] b, int at, int n) throws IOException {
    try {
      return in.read(b, at, n);
    } catch (EOFException e) { // Jetty's way to say that the client closed too early
      return -1;
    }
  }

  /**
   * Swallows what the client still sends, up to a limit, so that a client which only looks for the answer when it has
   * sent all gets to see it. Beyond the limit the connection is dropped.
   */
  void drain(long limit) {
    byte[] b = new byte[1 << 16];
    try {
      for (int got; limit > 0 && left > 0 && (got = in.read(b)) >= 0; limit -= got) left -= got;
    } catch (IOException ignored) { } // the client is gone; nobody waits for the answer
  }
}
