package h2ocompat;

import hex.schemas.ModelBuilderSchema;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.DKV;
import water.Futures;
import water.H2OError;
import water.Job;
import water.Key;
import water.api.ModelBuilderHandler;
import water.api.RequestServer;
import water.api.RequestUri;
import water.api.Route;
import water.api.SchemaServer;
import water.api.schemas3.JobV3;
import water.exceptions.H2OAbstractRuntimeException;
import water.fvec.Frame;
import water.fvec.Vec;
import water.server.ServletUtils;

/**
 * POST /3/Compat.train?builder=/3/ModelBuilders/ALGO&wait_ms=N, with the parameters of a builder: does what H2O's own request
 * does, and answers as GET /3/Jobs/KEY when the job is done, or after N milliseconds. What H2O answers, the description of all
 * of the builder's parameters, is left out: to write it takes longer than to build a small model.
 */
public class TrainServlet extends HttpServlet {
  @Override protected void doPost(HttpServletRequest rq, HttpServletResponse rs) throws IOException {
    try {
      long wait = Long.parseLong(rq.getParameter("wait_ms"));
      Job<?> job = Job.tryGetDoneJob(start(rq), wait);
      Reply.json(rs, 200, "{\"jobs\":[" + new JobV3(job).toJsonString() + "]}");
    } catch (H2OAbstractRuntimeException e) { // such as a parameter that is refused: in H2O's words, which clients know
      H2OError said = e.toH2OError(rq.getRequestURI());
      Reply.json(rs, said._http_status, SchemaServer.schema(said).fillFromImpl(said).toJsonString());
    } catch (Throwable t) {
      Reply.error(rq, rs, t);
    } finally {
      ServletUtils.logRequest("POST", rq, rs);
    }
  }

  private static Key<Job> start(HttpServletRequest rq) throws Exception {
    String builder = rq.getParameter("builder");
    Route route = builder == null ? null : RequestServer.lookupRoute(new RequestUri("POST", builder));
    if (route == null || !(route._handler instanceof ModelBuilderHandler) || !route._handler_method.getName().equals("train"))
      throw new Reply.Missing("there is no builder of models at " + builder);
    Properties parameters = new Properties();
    for (Map.Entry<String, String[]> e : rq.getParameterMap().entrySet()) parameters.setProperty(e.getKey(), e.getValue()[0]);
    parameters.remove("builder");
    parameters.remove("wait_ms");
    summarise(parameters.getProperty("training_frame"));
    ModelBuilderSchema<?, ?, ?> begun =
        (ModelBuilderSchema<?, ?, ?>) route._handler.handle(route.getVersion(), route, parameters, null);
    return begun.job.key.key();
  }

  /** Lets all columns be summed up at a time; a builder's check of its parameters would wait for each in turn. */
  private static void summarise(String id) {
    Object found = id == null ? null : DKV.getGet(id);
    if (!(found instanceof Frame)) return;
    Futures all = new Futures();
    for (Vec v : ((Frame) found).vecs()) v.startRollupStats(all);
    all.blockForPending();
  }
}
