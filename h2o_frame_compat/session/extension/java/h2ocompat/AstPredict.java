package h2ocompat;

import hex.Model;
import water.DKV;
import water.fvec.Frame;
import water.rapids.vals.ValFrame;

/** (compat.predict model fr): a model's predictions for the rows of fr, in the columns H2O itself gives; no metrics. */
public class AstPredict extends Prim {
  @Override public String str() { return "compat.predict"; }

  @Override public String[] args() { return new String[] {"model", "frame"}; }

  @Override protected ValFrame call(Args a) {
    Object found = DKV.getGet(a.text(0));
    if (!(found instanceof Model)) throw new IllegalArgumentException("compat.predict: there is no model " + a.text(0));
    Frame keyed = ((Model<?, ?, ?>) found).score(a.frame(1), null, null, false);
    Frame result = new Frame(keyed.names(), keyed.vecs());
    if (keyed._key != null) DKV.remove(keyed._key); // the columns stay, they are the result's
    return new ValFrame(result);
  }
}
