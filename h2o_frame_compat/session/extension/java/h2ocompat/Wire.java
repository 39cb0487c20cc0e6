package h2ocompat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The stream, all little-endian; docs/extension.md describes it for readers of the Python side.
 * <pre>
 * stream : u32 MAGIC, u32 length, header, frames, trailer
 * header : u32 protocol, u32 columns, u32 batches, u32 0, u64 rows, batches x u64 rows; then per column
 *          u8 type (n c t s), u8 wire (d l i h b s), u16 0, u32 length + name, i32 levels (-1: none) [+ block]
 * block  : (n+1) x u32 offsets from 0, utf8 bytes
 * frame  : per batch, per column (column fastest): u32 FRAME, u32 nulls, u64 length, [bitmap if nulls > 0], values
 *          values of wire s: (n+1) x i32 offsets from 0, utf8 bytes
 * trailer: u32 END, u32 0, u64 0   or, downloads only,   u32 ERROR, u32 0, u64 length, utf8 message
 * </pre>
 */
final class Wire {
  static final int MAGIC = 0x31433248, FRAME = 0x4d415246, END = 0x21444e45, ERROR = 0x21525245;

  private Wire() { }

  /** Bytes per value; 0 for strings and for anything unknown. */
  static int width(int wire) {
    switch (wire) {
      case 'd': case 'l': return 8;
      case 'i': return 4;
      case 'h': return 2;
      case 'b': return 1;
      default: return 0;
    }
  }

  static ByteBuffer le(byte[] bytes) { return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN); }

  static int bitmapBytes(int rows) { return rows + 7 >> 3; }

  static boolean bit(byte[] bitmap, int i) { return (bitmap[i >> 3] >> (i & 7) & 1) != 0; }

  static void setBit(byte[] bitmap, int i) { bitmap[i >> 3] |= 1 << (i & 7); }

  static void i4(ByteArrayOutputStream out, int x) {
    out.write(x); out.write(x >> 8); out.write(x >> 16); out.write(x >> 24);
  }

  static void text(ByteArrayOutputStream out, String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    i4(out, b.length);
    out.write(b, 0, b.length);
  }

  static void block(ByteArrayOutputStream out, String[] strings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    i4(out, 0);
    for (String s : strings) {
      byte[] b = s.getBytes(StandardCharsets.UTF_8);
      bytes.write(b, 0, b.length);
      i4(out, bytes.size());
    }
    byte[] all = bytes.toByteArray();
    out.write(all, 0, all.length);
  }

  static byte[] mark(int tag, int nulls, long length) {
    byte[] b = new byte[16];
    le(b).putInt(tag).putInt(nulls).putLong(length);
    return b;
  }
}
