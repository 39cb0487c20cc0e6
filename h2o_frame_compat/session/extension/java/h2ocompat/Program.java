package h2ocompat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import water.fvec.Chunk;

/**
 * An elementwise expression over numeric columns, written in reverse Polish notation: words between blanks. "c2" pushes
 * column 2, a number pushes itself, "=0" keeps the top of the stack in place 0, "@0" pushes what is kept there, every
 * other word is an operation on the topmost values. Everything is a double, NaN is missing, truth is 1 or 0. Runs block by
 * block, so that what lies between the operations stays in the processor's cache and is never written to a chunk.
 */
final class Program {
  static final int BLOCK = 2048;

  private interface Two { void apply(double[] x, double[] y, int n); }

  private static final Map<String, DoubleUnaryOperator> ONE = new HashMap<>();
  private static final Map<String, Two> TWO = new HashMap<>();

  static {
    ONE.put("neg", x -> -1 * x);
    ONE.put("abs", Math::abs);
    ONE.put("sign", Math::signum);
    ONE.put("sqrt", Math::sqrt);
    ONE.put("exp", Math::exp);
    ONE.put("expm1", Math::expm1);
    ONE.put("log", Math::log);
    ONE.put("log1p", Math::log1p);
    ONE.put("log10", Math::log10);
    ONE.put("sin", Math::sin);
    ONE.put("cos", Math::cos);
    ONE.put("tan", Math::tan);
    ONE.put("arcsin", Math::asin);
    ONE.put("arccos", Math::acos);
    ONE.put("arctan", Math::atan);
    ONE.put("sinh", Math::sinh);
    ONE.put("cosh", Math::cosh);
    ONE.put("tanh", Math::tanh);
    ONE.put("floor", Math::floor);
    ONE.put("ceil", Math::ceil);
    ONE.put("trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x));
    ONE.put("rint", Math::rint);
    ONE.put("isna", x -> x != x ? 1 : 0);
    ONE.put("not", x -> x != x ? x : x == 0 ? 1 : 0);
    ONE.put("bool", x -> x != x ? x : x == 0 ? 0 : 1); // of a masked column
    ONE.put("true", x -> x == 0 ? 0 : 1); // NaN is true, as in Python
    TWO.put("add", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] += y[i]; });
    TWO.put("sub", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] -= y[i]; });
    TWO.put("mul", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] *= y[i]; });
    TWO.put("div", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] /= y[i]; });
    TWO.put("pow", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = power(x[i], y[i]); });
    for (String sign : new String[] {"//", "%"}) {
      int op = Arithmetic.number(sign);
      TWO.put(sign, (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = Arithmetic.real(op, x[i], y[i]); });
    }
    TWO.put("eq", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] == y[i] ? 1 : 0; });
    TWO.put("ne", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] != y[i] ? 1 : 0; });
    TWO.put("lt", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] < y[i] ? 1 : 0; });
    TWO.put("le", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] <= y[i] ? 1 : 0; });
    TWO.put("gt", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] > y[i] ? 1 : 0; });
    TWO.put("ge", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] >= y[i] ? 1 : 0; });
    // A certain answer wins over a missing one.
    TWO.put("and", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] == 0 || y[i] == 0 ? 0 : x[i] * y[i]; });
    TWO.put("or", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = x[i] == 1 || y[i] == 1 ? 1 : x[i] + y[i]; });
    TWO.put("xor", (x, y, n) -> { for (int i = 0; i < n; i++) x[i] = Math.abs(x[i] - y[i]); });
    for (String w : new String[] {"eq", "ne", "lt", "le", "gt", "ge"}) { // of masked columns: missing beside a missing one
      Two plain = TWO.get(w);
      TWO.put(w + "?", (x, y, n) -> {
        double[] gaps = new double[n];
        for (int i = 0; i < n; i++) gaps[i] = (x[i] != x[i] || y[i] != y[i]) ? Double.NaN : 0;
        plain.apply(x, y, n);
        for (int i = 0; i < n; i++) x[i] += gaps[i];
      });
    }
  }

  private final String[] words;
  private final double[] numbers;
  private final double[][] sets;
  private final int depth, places;

  Program(String text, int columns) {
    words = text.trim().split(" +");
    numbers = new double[words.length];
    sets = new double[words.length][];
    List<Integer> kept = new ArrayList<>();
    int height = 0, most = 0;
    for (int i = 0; i < words.length; i++) {
      String w = words[i];
      int takes = 0;
      if (isColumn(w)) {
        if ((numbers[i] = Integer.parseInt(w.substring(1))) >= columns) throw wrong("there is no column " + w);
      } else if (w.startsWith("=")) {
        numbers[i] = place(w);
        kept.add((int) numbers[i]);
        takes = 1;
      } else if (w.startsWith("@")) {
        numbers[i] = place(w);
        if (!kept.contains((int) numbers[i])) throw wrong("nothing is kept in " + w);
      } else if (w.startsWith("in:")) {
        sets[i] = Arrays.stream(w.substring(3).split(",")).mapToDouble(Program::number).map(x -> x + 0.0).sorted().toArray();
        takes = 1;
      } else if (w.equals("where")) takes = 3;
      else if (TWO.containsKey(w)) takes = 2;
      else if (ONE.containsKey(w)) takes = 1;
      else numbers[i] = number(w);
      if (height < takes) throw wrong(w + " lacks an operand");
      height += 1 - takes;
      most = Math.max(most, height);
    }
    if (height != 1) throw wrong(height + " values are left");
    depth = most;
    places = kept.stream().mapToInt(p -> p + 1).max().orElse(0);
  }

  private static boolean isColumn(String w) { return w.length() > 1 && w.charAt(0) == 'c' && Character.isDigit(w.charAt(1)); }

  private static int place(String w) { return (int) number(w.substring(1)); }

  private static double number(String w) {
    try {
      return Double.parseDouble(w);
    } catch (NumberFormatException e) {
      throw wrong("unknown word " + w);
    }
  }

  private static IllegalArgumentException wrong(String what) { return new IllegalArgumentException("expression: " + what); }

  /** In pandas 1 to the power of anything is 1, missing too, and so is -1 to that of an infinity. */
  private static double power(double x, double y) {
    return x == 1 || x == -1 && Double.isInfinite(y) ? 1 : Math.pow(x, y);
  }

  /** The column itself, if the program is no more than that. */
  boolean isPlain() { return words.length == 1 && isColumn(words[0]); }

  /** The number of that column. */
  int column() { return (int) numbers[0]; }

  /** All values for the rows of these chunks. */
  double[] run(Chunk[] cs) {
    int rows = cs[0]._len;
    double[][] columns = new double[cs.length][];
    for (int i = 0; i < words.length; i++) {
      int c = (int) numbers[i];
      if (isColumn(words[i]) && columns[c] == null) columns[c] = Columns.doubles(cs[c], 0, rows);
    }
    if (isPlain()) return columns[column()];
    double[] out = new double[rows];
    double[][] stack = new double[depth][BLOCK], kept = new double[places][BLOCK];
    for (int from = 0; from < rows; from += BLOCK) {
      int n = Math.min(BLOCK, rows - from);
      block(columns, stack, kept, from, n);
      System.arraycopy(stack[0], 0, out, from, n);
    }
    return out;
  }

  private void block(double[][] columns, double[][] stack, double[][] kept, int from, int n) {
    int top = -1;
    for (int i = 0; i < words.length; i++) {
      String w = words[i];
      if (isColumn(w)) System.arraycopy(columns[(int) numbers[i]], from, stack[++top], 0, n);
      else if (w.charAt(0) == '=') System.arraycopy(stack[top], 0, kept[(int) numbers[i]], 0, n);
      else if (w.charAt(0) == '@') System.arraycopy(kept[(int) numbers[i]], 0, stack[++top], 0, n);
      else if (sets[i] != null) among(stack[top], sets[i], n);
      else if (w.equals("where")) {
        top -= 2;
        choose(stack[top], stack[top + 1], stack[top + 2], n);
      } else if (TWO.containsKey(w)) {
        top--;
        TWO.get(w).apply(stack[top], stack[top + 1], n);
      } else if (ONE.containsKey(w)) {
        DoubleUnaryOperator f = ONE.get(w);
        double[] x = stack[top];
        for (int k = 0; k < n; k++) x[k] = f.applyAsDouble(x[k]);
      } else Arrays.fill(stack[++top], 0, n, numbers[i]);
    }
  }

  private static void among(double[] x, double[] sorted, int n) {
    for (int k = 0; k < n; k++) x[k] = Arrays.binarySearch(sorted, x[k] + 0.0) >= 0 ? 1 : 0; // finds NaN, too
  }

  /** A missing answer chooses the second. */
  private static void choose(double[] mask, double[] yes, double[] no, int n) {
    for (int k = 0; k < n; k++) mask[k] = mask[k] == mask[k] && mask[k] != 0 ? yes[k] : no[k];
  }
}
