package h2ocompat;

import java.util.Arrays;
import java.util.List;
import water.server.ServletMeta;
import water.server.ServletProvider;

/** Found by H2O's service loader at start; adds the endpoints. */
public class Provider implements ServletProvider {
  /** Changes whenever the stream or the meaning of a primitive changes; clients compare it for equality. */
  static final int PROTOCOL = 2;
  static final String VERSION = "0.1.0";

  @Override public List<ServletMeta> servlets() {
    return Arrays.asList(
        new ServletMeta("/3/Compat.info", InfoServlet.class),
        new ServletMeta("/3/Compat.put", PutServlet.class),
        new ServletMeta("/3/Compat.get", GetServlet.class),
        new ServletMeta("/3/Compat.score", ScoreServlet.class),
        new ServletMeta("/3/Compat.train", TrainServlet.class));
  }
}
