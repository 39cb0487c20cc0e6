package h2ocompat;

import water.rapids.Env;
import water.rapids.Val;
import water.rapids.ast.AstPrimitive;
import water.rapids.ast.AstRoot;

/** Base of the primitives: a name, the names of the arguments, and a function of their values. */
public abstract class Prim extends AstPrimitive<Prim> {
  protected abstract Val call(Args a);

  @Override public int nargs() { return 1 + args().length; }

  @Override public Val apply(Env env, Env.StackHelp stack, AstRoot[] asts) { return call(new Args(this, env, stack, asts)); }
}
