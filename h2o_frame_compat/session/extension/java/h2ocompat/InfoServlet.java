package h2ocompat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.H2O;
import water.rapids.ast.AstPrimitive;

/**
 * GET /3/Compat.info: what this node offers. It speaks for this node alone: a distributed probe with a class of ours
 * hangs in a cloud where another node lacks the jar, so clients ask every node by HTTP.
 */
public class InfoServlet extends HttpServlet {
  @Override protected void doGet(HttpServletRequest rq, HttpServletResponse rs) throws IOException {
    try {
      StringBuilder prims = new StringBuilder();
      for (String name : primitives()) prims.append(prims.length() == 0 ? "" : ",").append(Reply.quote(name));
      Reply.json(rs, 200, "{\"protocol\":" + Provider.PROTOCOL + ",\"version\":" + Reply.quote(Provider.VERSION)
          + ",\"h2o\":" + Reply.quote(H2O.ABV.projectVersion())
          + ",\"little_endian\":" + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN)
          + ",\"nodes\":" + H2O.CLOUD.size() + ",\"threads\":" + Pool.THREADS + ",\"prims\":[" + prims
          + "],\"endpoints\":[\"get\",\"put\",\"score\",\"search\",\"train\"]}");
    } catch (Throwable t) {
      Reply.error(rq, rs, t);
    }
  }

  private static List<String> primitives() {
    List<String> names = new ArrayList<>();
    for (AstPrimitive<?> p : ServiceLoader.load(AstPrimitive.class))
      if (p.str().startsWith("compat.")) names.add(p.str());
    Collections.sort(names);
    return names;
  }
}
