package h2ocompat;

import water.DKV;
import water.MRTask;
import water.fvec.Chunk;
import water.fvec.Frame;
import water.fvec.Vec;
import water.rapids.vals.ValFrame;

/**
 * (compat.map fr "program"): one numeric column computed row by row from numeric or time columns, see Program. One pass,
 * every node over its own chunks, whose layout the result has.
 */
public class AstMap extends Prim {
  @Override public String str() { return "compat.map"; }

  @Override public String[] args() { return new String[] {"frame", "program"}; }

  @Override protected ValFrame call(Args a) {
    Frame fr = a.frame(0);
    numeric(fr);
    String text = a.text(1);
    new Program(text, fr.numCols());
    Vec near = fr.anyVec();
    if (near.length() == 0) return Column.frame(near, near.espc(), "map", Column.of(new double[0]));
    Vec[] made = Vecs.empty(near.group(), near.espc(), new byte[] {Vec.T_NUM}, new String[1][]);
    try {
      new Pass(text, made[0]).doAll(fr);
      DKV.put(made[0]);
    } catch (Throwable t) {
      made[0].remove();
      throw t;
    }
    return new ValFrame(new Frame(new String[] {"map"}, made));
  }

  static void numeric(Frame fr) {
    for (Vec v : fr.vecs()) if (!v.isNumeric() && !v.isTime()) throw new IllegalArgumentException("expression: a column is not numeric");
  }

  static class Pass extends MRTask<Pass> {
    private final String text;
    private final Vec made;

    Pass(String text, Vec made) {
      this.text = text;
      this.made = made;
    }

    @Override public void map(Chunk[] cs) {
      DKV.put(made.chunkKey(cs[0].cidx()), Chunks.computed(new Program(text, cs.length).run(cs)), _fs, true);
    }
  }
}
