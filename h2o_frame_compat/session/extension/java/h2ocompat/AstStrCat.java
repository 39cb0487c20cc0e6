package h2ocompat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import water.MRTask;
import water.fvec.*;
import water.parser.BufferedString;
import water.rapids.vals.ValFrame;

/** (compat.strcat "sep" fr): the string and enum columns of fr joined row by row; NA if any part is NA. */
public class AstStrCat extends Prim {
  @Override public String str() { return "compat.strcat"; }

  @Override public String[] args() { return new String[] {"separator", "frame"}; }

  @Override protected ValFrame call(Args a) {
    byte[] separator = a.text(0).getBytes(StandardCharsets.UTF_8);
    Frame fr = a.frame(1);
    for (Vec v : fr.vecs()) if (!v.isString() && !v.isCategorical()) throw a.wrong(1, "a frame of string and enum columns");
    return new ValFrame(new Cat(separator, fr.domains()).doAll(Vec.T_STR, fr).outputFrame(new String[] {"text"}, null));
  }

  /** Runs where the chunks are. */
  static class Cat extends MRTask<Cat> {
    private final byte[] _separator;
    private final String[][] _domains;
    private transient byte[][][] _levels; // the levels as bytes; each node makes its own

    Cat(byte[] separator, String[][] domains) {
      _separator = separator;
      _domains = domains;
    }

    @Override protected void setupLocal() {
      _levels = new byte[_domains.length][][];
      for (int c = 0; c < _levels.length; c++) {
        if (_domains[c] == null) continue;
        _levels[c] = new byte[_domains[c].length][];
        for (int i = 0; i < _levels[c].length; i++) _levels[c][i] = _domains[c][i].getBytes(StandardCharsets.UTF_8);
      }
    }

    @Override public void map(Chunk[] cs, NewChunk out) {
      byte[] row = new byte[256];
      BufferedString part = new BufferedString(), whole = new BufferedString();
      rows: for (int i = 0; i < cs[0]._len; i++) {
        int n = 0;
        for (int c = 0; c < cs.length; c++) {
          if (cs[c].isNA(i)) { out.addNA(); continue rows; }
          if (_levels[c] == null) cs[c].atStr(part, i);
          else part.set(_levels[c][(int) cs[c].at8(i)]);
          int gap = c == 0 ? 0 : _separator.length;
          if (n + gap + part.length() > row.length) row = Arrays.copyOf(row, 2 * (n + gap + part.length()));
          System.arraycopy(_separator, 0, row, n, gap);
          System.arraycopy(part.getBuffer(), part.getOffset(), row, n + gap, part.length());
          n += gap + part.length();
        }
        out.addStr(whole.set(row, 0, n));
      }
    }
  }
}
