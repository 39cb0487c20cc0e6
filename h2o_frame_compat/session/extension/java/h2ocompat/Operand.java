package h2ocompat;

import water.fvec.Vec;
import water.rapids.Val;

/** A side of compat.bin: a numeric or time column, or a number. */
final class Operand {
  final Vec vec;
  final boolean whole;
  private final long integer;
  private final double number;

  Operand(Vec v) {
    if (!v.isNumeric() && !v.isTime())
      throw new IllegalArgumentException("compat.bin: text can only be compared, and only with text");
    vec = v;
    whole = Columns.noFloat(v);
    integer = 0;
    number = 0;
  }

  /** A string of digits is an exact integer, a number a double. */
  Operand(Val scalar) {
    vec = null;
    if (scalar.isNum()) {
      whole = false;
      integer = 0;
      number = scalar.getNum();
      return;
    }
    try {
      integer = Long.parseLong(scalar.getStr());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("compat.bin: '" + scalar.getStr() + "' is no 64-bit integer");
    }
    if (integer == Chunks.NA) throw new IllegalArgumentException("compat.bin: -2^63 is H2O's missing value");
    whole = true;
    number = integer;
  }

  boolean isTime() { return vec != null && vec.isTime(); }

  long[] longs(int from, int to) {
    if (vec != null) return Columns.longs(vec, from, to);
    long[] r = new long[to - from];
    java.util.Arrays.fill(r, integer);
    return r;
  }

  double[] doubles(int from, int to) {
    if (vec != null) return Columns.doubles(vec, from, to);
    double[] r = new double[to - from];
    java.util.Arrays.fill(r, number);
    return r;
  }
}
