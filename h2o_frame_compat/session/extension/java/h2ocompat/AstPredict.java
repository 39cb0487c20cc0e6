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
    Frame keyed = model(a.text(0)).score(a.frame(1), null, null, false);
    Frame result = new Frame(keyed.names(), keyed.vecs());
    if (keyed._key != null) DKV.remove(keyed._key); // the columns stay, they are the result's
    return new ValFrame(result);
  }

  /** The model of that key; Missing if it is not there. */
  static Model<?, ?, ?> model(String id) {
    Object found = id == null ? null : DKV.getGet(id);
    if (!(found instanceof Model)) throw new Reply.Missing("there is no model " + id);
    return (Model<?, ?, ?>) found;
  }
}
