package h2ocompat;

import hex.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.Key;
import water.fvec.Frame;
import water.server.ServletUtils;

/** POST /3/Compat.score?model=K: rows in, predictions out, both as streams; no frame is left. */
public class ScoreServlet extends HttpServlet {
  @Override protected void doPost(HttpServletRequest rq, HttpServletResponse rs) throws IOException {
    Upload upload = new Upload();
    Body body = null;
    Frame rows = null, said = null;
    try {
      body = new Body(rq.getInputStream(), rq.getContentLengthLong());
      Model<?, ?, ?> model = AstPredict.model(rq.getParameter("model"));
      rows = upload.read(body, "compat_rows_" + Key.rand(), false, null);
      said = model.score(rows, null, null, false);
      Download d = new Download(said, null, null, null);
      if (d.cells() >= GetServlet.SMALL) {
        GetServlet.stream(d, rs);
        return;
      }
      ByteArrayOutputStream all = GetServlet.all(d);
      remove(upload, rows, said); // before the answer, so that who reads it finds nothing left
      rows = said = null;
      GetServlet.send(all, rs);
    } catch (Throwable t) {
      if (rows == null) upload.abort();
      remove(upload, rows, said);
      rows = said = null;
      if (rs.isCommitted()) throw t instanceof IOException ? (IOException) t : new IOException(t);
      rs.setHeader("Connection", "close");
      Reply.error(rq, rs, t);
      if (body != null) body.drain(PutServlet.DRAIN);
    } finally {
      remove(upload, rows, said);
      ServletUtils.logRequest("POST", rq, rs);
    }
  }

  private static void remove(Upload upload, Frame rows, Frame said) {
    if (said != null) said.delete();
    if (rows != null) upload.remove(rows);
  }
}
