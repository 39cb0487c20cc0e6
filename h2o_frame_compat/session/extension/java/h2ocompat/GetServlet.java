package h2ocompat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.server.ServletUtils;

/** GET /3/Compat.get?frame_id=K[&columns=0,2][&rows=a:b][&wires=dl-]: a frame becomes a stream, one chunk one batch. */
public class GetServlet extends HttpServlet {
  static final int SMALL = 20_000;
  /** Below this many cells a frame, handing the encoding to the pool costs more than doing it. */
  private static final int FRAME = 4_000;
  /** What goes out in one write; Jetty's own 32 KB cost more in calls and HTTP chunks than the copying does. */
  private static final int PIECE = 1 << 20;

  @Override protected void doGet(HttpServletRequest rq, HttpServletResponse rs) throws IOException {
    try {
      Download d;
      try {
        d = new Download(PutServlet.frame(rq.getParameter("frame_id")),
            rq.getParameter("columns"), rq.getParameter("rows"), rq.getParameter("wires"));
        if (d.cells() < SMALL) { // encoded before the status is sent, so that errors are plain errors
          send(all(d), rs);
          return;
        }
      } catch (Throwable t) {
        Reply.error(rq, rs, t);
        return;
      }
      stream(d, rs);
    } finally {
      ServletUtils.logRequest("GET", rq, rs);
    }
  }

  private static void begin(HttpServletResponse rs) throws IOException {
    rs.setContentType("application/octet-stream");
    ServletUtils.setResponseStatus(rs, 200);
  }

  static ByteArrayOutputStream all(Download d) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(d.head());
    for (int i = 0; i < d.frames(); i++) for (ByteBuffer part : d.frame(i)) write(out, part);
    out.write(Wire.mark(Wire.END, 0, 0));
    return out;
  }

  static void send(ByteArrayOutputStream all, HttpServletResponse rs) throws IOException {
    begin(rs);
    rs.setContentLength(all.size());
    all.writeTo(rs.getOutputStream());
  }

  private static void write(OutputStream out, ByteBuffer part) throws IOException {
    out.write(part.array(), part.position(), part.remaining());
  }

  /** The pool encodes a few frames ahead; a slow reader therefore holds back the encoding. */
  static void stream(Download d, HttpServletResponse rs) throws IOException {
    rs.setBufferSize(PIECE);
    begin(rs);
    OutputStream out = rs.getOutputStream();
    ArrayDeque<Future<ByteBuffer[]>> ahead = new ArrayDeque<>();
    boolean alone = d.cells() < (long) FRAME * d.frames();
    try {
      out.write(d.head());
      for (int sent = 0, asked = 0; sent < d.frames(); sent++) {
        if (alone) {
          for (ByteBuffer part : d.frame(sent)) write(out, part);
          continue;
        }
        while (asked < d.frames() && ahead.size() < 2 * Pool.THREADS + 2) {
          final int i = asked++;
          ahead.add(Pool.EXECUTOR.submit(() -> d.frame(i)));
        }
        for (ByteBuffer part : ahead.poll().get()) write(out, part);
      }
      out.write(Wire.mark(Wire.END, 0, 0));
    } catch (IOException e) {
      throw e; // the client is gone
    } catch (Throwable t) { // too late for a status: the stream ends with the reason instead
      Throwable why = t instanceof ExecutionException ? t.getCause() : t;
      byte[] message = String.valueOf(why).getBytes(StandardCharsets.UTF_8);
      out.write(Wire.mark(Wire.ERROR, 0, message.length));
      out.write(message);
    } finally {
      for (Future<ByteBuffer[]> f : ahead) f.cancel(false);
    }
  }
}
