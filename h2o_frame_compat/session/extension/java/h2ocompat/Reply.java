package h2ocompat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import water.server.ServletUtils;
import water.util.Log;

/** JSON answers. Errors have the fields of H2O's own that clients read: msg, exception_type, http_status. */
final class Reply {
  /** The named frame or column does not exist: 404. */
  static final class Missing extends RuntimeException {
    Missing(String message) { super(message); }
  }

  private Reply() { }

  static void json(HttpServletResponse rs, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    rs.setContentType("application/json;charset=UTF-8");
    rs.setContentLength(bytes.length); // complete at once, even if the body of the request is still being read
    ServletUtils.setResponseStatus(rs, status);
    rs.getOutputStream().write(bytes);
    rs.flushBuffer();
  }

  static int status(Throwable t) {
    if (t instanceof Missing) return 404;
    // the content or the arguments are wrong, or the client stopped sending
    if (t instanceof IllegalArgumentException || t instanceof IOException) return 400;
    return 500;
  }

  static void error(HttpServletRequest rq, HttpServletResponse rs, Throwable t) throws IOException {
    int status = status(t);
    if (status == 500) Log.err(t);
    String message = t.getMessage() == null ? t.toString() : t.getMessage();
    json(rs, status, "{\"__meta\":{\"schema_version\":3,\"schema_name\":\"H2OErrorV3\",\"schema_type\":\"H2OError\"}"
        + ",\"timestamp\":" + System.currentTimeMillis() + ",\"error_url\":" + quote(rq.getRequestURI())
        + ",\"msg\":" + quote(message) + ",\"dev_msg\":" + quote(message) + ",\"http_status\":" + status
        + ",\"exception_type\":" + quote(t.getClass().getName()) + ",\"exception_msg\":" + quote(message)
        + ",\"values\":{},\"stacktrace\":[]}");
  }

  static String quote(String s) {
    StringBuilder b = new StringBuilder("\"");
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') b.append('\\').append(c);
      else if (c < 32 || c > 126) b.append(String.format("\\u%04x", (int) c));
      else b.append(c);
    }
    return b.append('"').toString();
  }
}
