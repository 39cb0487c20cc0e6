package h2ocompat;

import java.util.Arrays;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.Env;
import water.rapids.Val;
import water.rapids.ast.AstRoot;

/** The values of a primitive's arguments, counted from 0, with errors that name the argument. */
final class Args {
  private final Prim prim;
  private final Val[] values;

  Args(Prim prim, Env env, Env.StackHelp stack, AstRoot[] asts) {
    this.prim = prim;
    values = new Val[asts.length - 1];
    for (int i = 0; i < values.length; i++) values[i] = stack.track(asts[i + 1].exec(env));
  }

  IllegalArgumentException wrong(int i, String expected) {
    return new IllegalArgumentException(prim.str() + ": argument " + prim.args()[i] + " must be " + expected);
  }

  Val value(int i) { return values[i]; }

  boolean isFrame(int i) { return values[i].isFrame(); }

  Frame frame(int i) {
    if (!values[i].isFrame()) throw wrong(i, "a frame");
    Frame fr = values[i].getFrame();
    if (fr.numCols() == 0) throw wrong(i, "a frame with columns");
    return fr;
  }

  Vec column(int i) {
    if (frame(i).numCols() != 1) throw wrong(i, "a frame of one column");
    return frame(i).vec(0);
  }

  double number(int i) {
    if (!values[i].isNum()) throw wrong(i, "a number");
    return values[i].getNum();
  }

  boolean flag(int i) { return number(i) != 0; }

  String text(int i) {
    if (!values[i].isStr()) throw wrong(i, "a string");
    return values[i].getStr();
  }

  /** One of some words. */
  String choice(int i, String... words) {
    String s = text(i);
    if (!Arrays.asList(words).contains(s)) throw wrong(i, "one of " + String.join(" ", words) + ", not " + s);
    return s;
  }

  double[] numbers(int i) {
    if (values[i].isNum()) return new double[] {values[i].getNum()};
    if (!values[i].isNums()) throw wrong(i, "a list of numbers");
    return values[i].getNums();
  }

  boolean[] flags(int i, int n) {
    double[] d = numbers(i);
    if (d.length != n && d.length != 1) throw wrong(i, "a list of " + n + " flags");
    boolean[] r = new boolean[n];
    for (int k = 0; k < n; k++) r[k] = d[d.length == 1 ? 0 : k] != 0;
    return r;
  }

  String[] strings(int i) {
    if (values[i].isStr()) return new String[] {values[i].getStr()};
    if (values[i].isNums() && values[i].getNums().length == 0) return new String[0]; // [] has no type
    if (!values[i].isStrs()) throw wrong(i, "a list of strings");
    return values[i].getStrs();
  }

  /** At least one column of fr, by number or by name. */
  int[] columns(int i, Frame fr) {
    boolean named = values[i].isStr() || values[i].isStrs();
    String[] names = named ? strings(i) : null;
    double[] numbers = named ? null : numbers(i);
    int[] r = new int[named ? names.length : numbers.length];
    if (r.length == 0) throw wrong(i, "at least one column");
    for (int k = 0; k < r.length; k++)
      if ((r[k] = named ? fr.find(names[k]) : (int) numbers[k]) < 0 && named)
        throw new IllegalArgumentException(prim.str() + ": there is no column " + names[k]);
    for (int c : r) if (c < 0 || c >= fr.numCols()) throw wrong(i, "columns below " + fr.numCols() + ", not " + c);
    return r;
  }

  /** A column by its number, if that is all digits, or by its name. */
  int column(Frame fr, String name) {
    boolean digits = !name.isEmpty() && name.length() < 10 && name.chars().allMatch(ch -> ch >= '0' && ch <= '9');
    int c = digits ? Integer.parseInt(name) : fr.find(name);
    if (c < 0 || c >= fr.numCols()) throw new IllegalArgumentException(prim.str() + ": there is no column " + name);
    return c;
  }

  Vec[] vecs(int i, Frame fr) { return fr.vecs(columns(i, fr)); }
}
