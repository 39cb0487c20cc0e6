package h2ocompat;

import java.util.Arrays;
import java.util.List;

/** The operations of compat.bin on two numbers, with numpy's results. */
final class Arithmetic {
  private static final List<String> SIGNS = Arrays.asList("+", "-", "*", "//", "%", "==", "!=", "<", "<=", ">", ">=");
  private static final int FLOOR = 3, MOD = 4, EQ = 5, NE = 6;

  private Arithmetic() { }

  /** The number of an operation, for switches in inner loops. */
  static int number(String sign) {
    int op = SIGNS.indexOf(sign);
    if (op < 0) throw new IllegalArgumentException("compat.bin: unknown operation " + sign);
    return op;
  }

  static boolean isComparison(int op) { return op >= EQ; }

  static boolean isDivision(int op) { return op == FLOOR || op == MOD; }

  static boolean keepsTime(int op) { return op <= 1; }

  /** The comparison where a side is missing. */
  static long unknown(int op) { return op == NE ? 1 : 0; }

  static long compare(int op, int sign) {
    switch (op) {
      case EQ: return sign == 0 ? 1 : 0;
      case NE: return sign != 0 ? 1 : 0;
      case 7: return sign < 0 ? 1 : 0;
      case 8: return sign <= 0 ? 1 : 0;
      case 9: return sign > 0 ? 1 : 0;
      default: return sign >= 0 ? 1 : 0;
    }
  }

  /** Wraps around; y is not 0 in a division. */
  static long whole(int op, long x, long y) {
    switch (op) {
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case FLOOR: return Math.floorDiv(x, y);
      default: return Math.floorMod(x, y);
    }
  }

  static double real(int op, double x, double y) {
    switch (op) {
      case 0: return x + y;
      case 1: return x - y;
      case 2: return x * y;
      case FLOOR: return floorDiv(x, y);
      default: return mod(x, y);
    }
  }

  /** The remainder has the sign of the divisor. */
  private static double mod(double x, double y) {
    double r = x % y;
    if (y == 0 || r != r) return Double.NaN;
    if (r == 0) return Math.copySign(0, y);
    return y < 0 != r < 0 ? r + y : r;
  }

  private static double floorDiv(double x, double y) {
    if (y == 0) return x / y;
    double r = x % y, q = (x - r) / y;
    if (r != 0 && y < 0 != r < 0) q -= 1;
    if (q == 0) return Math.copySign(0, x / y);
    double f = Math.floor(q);
    return q - f > 0.5 ? f + 1 : f; // q is whole but for rounding
  }
}
