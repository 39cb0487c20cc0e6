package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/** A column of a result that is yet to be built. */
final class Column {
  final byte type;
  final String[] levels;
  final Vecs.Maker maker;

  Column(byte type, String[] levels, Vecs.Maker maker) {
    this.type = type;
    this.levels = levels;
    this.maker = maker;
  }

  static Column of(double[] d) { return new Column(Vec.T_NUM, null, (c, from, to) -> Chunks.doubles(d, from, to)); }

  static Column of(long[] l) { return of(l, Vec.T_NUM); }

  static Column of(long[] l, byte type) {
    return new Column(type, null, (c, from, to) -> Chunks.longs(Arrays.copyOfRange(l, from, to), to - from));
  }

  /** Row or group numbers; -1 is NA. */
  static Column ofRows(int[] rows) {
    return new Column(Vec.T_NUM, null, (c, from, to) -> {
      long[] l = new long[to - from];
      for (int i = 0; i < l.length; i++) l[i] = rows[from + i] < 0 ? Chunks.NA : rows[from + i];
      return Chunks.longs(l, l.length);
    });
  }

  /** A frame of the columns in the vector group of near, so that equal layouts join without a copy. */
  static ValFrame frame(Vec near, long[] layout, String[] names, Column... columns) {
    int n = columns.length;
    byte[] types = new byte[n];
    String[][] levels = new String[n][];
    Vecs.Maker[] makers = new Vecs.Maker[n];
    for (int i = 0; i < n; i++) {
      types[i] = columns[i].type;
      levels[i] = columns[i].levels;
      makers[i] = columns[i].maker;
    }
    return new ValFrame(new Frame(names, Vecs.build(near.group(), layout, types, levels, makers)));
  }

  static ValFrame frame(Vec near, long[] layout, String name, Column column) {
    return frame(near, layout, new String[] {name}, column);
  }
}
