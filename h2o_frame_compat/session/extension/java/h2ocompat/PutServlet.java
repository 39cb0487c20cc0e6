package h2ocompat;

import java.io.IOException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.DKV;
import water.Key;
import water.Value;
import water.fvec.Frame;
import water.server.ServletUtils;

/** POST /3/Compat.put?frame_id=K[&overwrite=1][&like=K2]: a stream becomes a frame, one batch one chunk. */
public class PutServlet extends HttpServlet {
  static final long DRAIN = 64 << 20;
  private static final int MAX_KEY = 500;

  @Override protected void doPost(HttpServletRequest rq, HttpServletResponse rs) throws IOException {
    Upload upload = new Upload();
    Body body = null;
    try {
      body = new Body(rq.getInputStream(), rq.getContentLengthLong());
      String id = key(rq.getParameter("frame_id"));
      String like = rq.getParameter("like");
      Frame fr = upload.read(body, id, "1".equals(rq.getParameter("overwrite")), like == null ? null : frame(like));
      Reply.json(rs, 200, "{\"frame_id\":" + Reply.quote(id) + ",\"rows\":" + fr.numRows()
          + ",\"columns\":" + fr.numCols() + ",\"chunks\":" + fr.anyVec().nChunks() + "}");
    } catch (Throwable t) {
      upload.abort();
      // The answer first: a client that watches for it can stop sending at once.
      rs.setHeader("Connection", "close");
      Reply.error(rq, rs, t);
      if (body != null) body.drain(DRAIN);
    } finally {
      ServletUtils.logRequest("POST", rq, rs);
    }
  }

  private static String key(String id) {
    if (id == null || id.isEmpty()) throw new IllegalArgumentException("frame_id is missing");
    if (id.length() > MAX_KEY) throw new IllegalArgumentException("frame_id is longer than " + MAX_KEY);
    // keys that start with a control character are H2O's own
    for (int i = 0; i < id.length(); i++)
      if (id.charAt(i) < 32) throw new IllegalArgumentException("frame_id has a control character");
    return id;
  }

  /** The frame of that key, complete; Missing if it is not there. */
  static Frame frame(String id) {
    if (id == null || id.isEmpty()) throw new IllegalArgumentException("frame_id is missing");
    Value v = DKV.get(Key.make(id));
    if (v == null || !v.isFrame()) throw new Reply.Missing("frame " + id + " does not exist");
    Frame fr = v.get();
    for (Key<?> k : fr.keys())
      if (DKV.get(k) == null) throw new Reply.Missing("a column of frame " + id + " was removed");
    return fr;
  }
}
