package h2ocompat;

import ai.h2o.automl.AutoML;
import ai.h2o.automl.AutoMLBuildSpec;
import water.DKV;
import water.api.AbstractRegister;
import water.api.RestApiContext;
import water.api.schemas3.JobV3;
import water.automl.api.AutoMLBuilderHandler;
import water.automl.api.schemas3.AutoMLBuildSpecV99;
import water.util.Log;

/**
 * POST /3/Compat.search: does what H2O's POST /99/AutoMLBuilder does, in an order in which no model is lost. H2O starts the
 * search before it stores it; a first model that is ready sooner finds no search to belong to, fails with a null pointer that
 * only the log tells of, and stays in the cluster.
 */
public class SearchHandler extends AutoMLBuilderHandler {
  /** Found by H2O's service loader at start; adds the endpoint, with H2O's own reading of requests. */
  public static class Register extends AbstractRegister {
    @Override public void registerEndPoints(RestApiContext context) {
      try {
        context.registerEndpoint("compat_search", "POST /3/Compat.search", SearchHandler.class, "build", "Start an AutoML search.");
      } catch (LinkageError e) {
        Log.info("h2ocompat: there is no AutoML here"); // H2O can be had in parts; the server starts all the same
      }
    }

    @Override public String getName() { return "h2ocompat"; }
  }

  @Override public AutoMLBuildSpecV99 build(int version, AutoMLBuildSpecV99 schema) {
    AutoMLBuildSpec spec = schema.createAndFillImpl();
    AutoML search = new AutoML(spec);
    DKV.put(search);
    try {
      search.submit();
    } catch (Throwable t) {
      if (search.job() == null) search.remove();
      throw t;
    }
    schema.fillFromImpl(spec);
    schema.job = new JobV3().fillFromImpl(search.job());
    return schema;
  }
}
