package h2ocompat;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import water.fvec.Vec;

/** The head of an upload, read and checked in full before anything is stored. */
final class Header {
  /** Room for the levels of all enum columns; a cap so that no header alone can exhaust the heap. */
  private static final int MAX_BYTES = 256 << 20;
  private static final int MAX_COLUMNS = 1 << 20, MAX_BATCH_ROWS = 1 << 27;

  final String[] names;
  final String[][] levels;
  final byte[] types, wires;
  /** First row of each batch, and at last the row count: H2O's layout array, one chunk a batch. */
  final long[] starts;

  static Header read(Body body) throws IOException {
    ByteBuffer mark = Wire.le(body.read(8));
    if (mark.getInt() != Wire.MAGIC) throw new IllegalArgumentException("not a stream of this protocol");
    int length = mark.getInt();
    if (length < 0 || length > MAX_BYTES) throw new IllegalArgumentException("a header of " + length + " bytes is refused");
    try {
      return new Header(Wire.le(body.read(length)));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the header is cut short");
    }
  }

  private Header(ByteBuffer b) {
    int protocol = b.getInt(), columns = b.getInt(), batches = b.getInt();
    b.getInt();
    long rows = b.getLong();
    if (protocol != Provider.PROTOCOL) throw new IllegalArgumentException("unknown protocol " + protocol);
    if (columns == 0) throw new IllegalArgumentException("a frame needs at least one column");
    if (columns < 0 || columns > MAX_COLUMNS) throw new IllegalArgumentException("bad column count " + columns);
    if (batches <= 0 || batches > b.remaining() / 8) throw new IllegalArgumentException("bad batch count " + batches);
    starts = new long[batches + 1];
    for (int i = 0; i < batches; i++) {
      long n = b.getLong();
      if (n < 0 || n > MAX_BATCH_ROWS || n == 0 && batches > 1) throw new IllegalArgumentException("bad batch size " + n);
      starts[i + 1] = starts[i] + n;
    }
    if (starts[batches] != rows) throw new IllegalArgumentException("the batches do not add up to the row count");
    if (columns > b.remaining() / 12) throw new IllegalArgumentException("bad column count " + columns);
    names = new String[columns];
    levels = new String[columns][];
    types = new byte[columns];
    wires = new byte[columns];
    Set<String> seen = new HashSet<>();
    for (int c = 0; c < columns; c++) {
      column(b, c);
      if (!seen.add(names[c])) throw new IllegalArgumentException("duplicate column name " + names[c]);
    }
    if (b.hasRemaining()) throw new IllegalArgumentException("the header is too long");
  }

  private void column(ByteBuffer b, int c) {
    byte type = b.get(), wire = b.get();
    b.getShort();
    names[c] = string(b, b.getInt());
    int n = b.getInt();
    if (n >= 0) levels[c] = block(b, n);
    types[c] = vecType(type, wire);
    wires[c] = wire;
    if (types[c] == Vec.T_BAD || type == 'c' != n >= 0)
      throw new IllegalArgumentException("bad type of column " + names[c]);
    if (n > 0 && new HashSet<>(Arrays.asList(levels[c])).size() != n)
      throw new IllegalArgumentException("duplicate level in column " + names[c]);
  }

  private static byte vecType(byte type, byte wire) {
    switch (type) {
      case 'n': return Wire.width(wire) > 0 ? Vec.T_NUM : Vec.T_BAD;
      case 'c': return Wire.width(wire) > 0 && wire != 'd' ? Vec.T_CAT : Vec.T_BAD;
      case 't': return wire == 'l' ? Vec.T_TIME : Vec.T_BAD;
      case 's': return wire == 's' ? Vec.T_STR : Vec.T_BAD;
      default: return Vec.T_BAD;
    }
  }

  private static String string(ByteBuffer b, int length) {
    if (length < 0 || length > b.remaining()) throw new IllegalArgumentException("the header is cut short");
    byte[] bytes = new byte[length];
    b.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String[] block(ByteBuffer b, int n) {
    if (n >= b.remaining() / 4) throw new IllegalArgumentException("the header is cut short");
    int[] at = new int[n + 1];
    for (int i = 0; i <= n; i++) {
      at[i] = b.getInt();
      if (i == 0 ? at[0] != 0 : at[i] < at[i - 1]) throw new IllegalArgumentException("bad level offsets");
    }
    if (at[n] > b.remaining()) throw new IllegalArgumentException("the header is cut short");
    String[] r = new String[n];
    for (int i = 0; i < n; i++) r[i] = string(b, at[i + 1] - at[i]);
    return r;
  }
}
