package h2oscore;

import hex.genmodel.ModelMojoReader;
import hex.genmodel.MojoModel;
import hex.genmodel.MojoReaderBackend;
import hex.genmodel.MojoReaderBackendFactory;
import hex.genmodel.MojoReaderBackendFactory.CachingStrategy;
import hex.genmodel.algos.tree.SharedTreeMojoModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores MOJO models for one client, over standard input and output. It ends when its input does, which is when its
 * owner ends, however that happens.
 *
 * <p>Every request starts with one byte. Headers are big-endian as Java writes them, numbers little-endian as the
 * client has them in memory.
 *
 * <pre>
 * L  long handle, byte with attributes,
 *    int length, bytes                       load a model          -> nothing
 * S  long handle, byte what, byte offset, int first stage, int end,
 *    int rows, int columns, doubles by row   score rows            -> int rows, int width, doubles by row
 * N  long handle, byte what                  ask for names         -> int count, for each an int length and UTF-8
 * D  long handle                             forget a model        -> nothing
 * </pre>
 *
 * <p>An answer starts with 0, or with 1 and a message (int length, UTF-8) where the request failed.
 */
public final class Scorer {
  private static final int BLOCK = 1 << 16;
  private static final int LEAST = 1 << 12; // rows for a thread

  private final Map<Long, MojoModel> models = new HashMap<>();
  private final Map<Long, Question> explained = new HashMap<>();
  private final DataInputStream in;
  private final DataOutputStream out;
  private byte[] bytes = new byte[BLOCK];

  private Scorer(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    FileOutputStream raw = new FileOutputStream(FileDescriptor.out);
    System.setOut(System.err); // libraries that print must not disturb the protocol
    new Scorer(
            new DataInputStream(new BufferedInputStream(System.in, BLOCK)),
            new DataOutputStream(new BufferedOutputStream(raw, BLOCK)))
        .serve();
  }

  private void serve() throws IOException {
    while (true) {
      int request = in.read();
      if (request < 0) {
        return;
      }
      switch (request) {
        case 'L':
          load();
          break;
        case 'S':
          score();
          break;
        case 'N':
          names();
          break;
        case 'D':
          long handle = in.readLong();
          models.remove(handle);
          explained.remove(handle);
          out.writeByte(0);
          break;
        default:
          throw new IOException("unknown request " + request);
      }
      out.flush();
    }
  }

  private void load() throws IOException {
    long handle = in.readLong();
    boolean withAttributes = in.readByte() != 0; // what explanations of forests need; reading them takes longest
    byte[] zip = new byte[in.readInt()];
    in.readFully(zip);
    MojoModel model;
    try {
      MojoReaderBackend backend =
          MojoReaderBackendFactory.createReaderBackend(new ByteArrayInputStream(zip), CachingStrategy.MEMORY);
      model = ModelMojoReader.readFrom(backend, withAttributes);
    } catch (Exception | LinkageError e) {
      fail(e);
      return;
    }
    models.put(handle, model);
    out.writeByte(0);
  }

  private void score() throws IOException {
    long handle = in.readLong();
    byte what = in.readByte();
    boolean offset = in.readByte() != 0;
    int first = in.readInt();
    int end = in.readInt();
    int rows = in.readInt();
    int columns = in.readInt();
    double[] values = readDoubles(rows * (columns + (offset ? 1 : 0)));
    double[] result;
    int width;
    try {
      Question question = question(handle, what, offset, columns, first, end);
      width = question.width;
      result = new double[Math.multiplyExact(rows, width)];
      boolean alone = what != Question.PREDICTIONS || !(models.get(handle) instanceof SharedTreeMojoModel);
      // A model may ask for more columns than it has features (the response); those stay empty.
      int size = Math.max(columns, models.get(handle).getNumCols());
      answer(question, alone ? 1 : Runtime.getRuntime().availableProcessors(), rows, columns, offset, size, values, result);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      fail(e);
      return;
    }
    out.writeByte(0);
    out.writeInt(rows);
    out.writeInt(width);
    writeDoubles(result);
  }

  /** Answers for all rows; in parts side by side where the model keeps nothing from one row to the next, as trees do. */
  private static void answer(
      Question question, int parts, int rows, int columns, boolean offset, int size, double[] values, double[] result) {
    int inputs = columns + (offset ? 1 : 0);
    int width = question.width;
    int step = Math.max(LEAST, (rows + parts - 1) / parts);
    IntStream starts = IntStream.range(0, parts).map(part -> part * step);
    (parts > 1 && rows > LEAST ? starts.parallel() : starts).forEach(start -> {
      double[] row = new double[size];
      double[] one = new double[width];
      for (int r = start; r < Math.min(rows, start + step); r++) {
        System.arraycopy(values, r * inputs, row, 0, columns); // afresh for each row: models may impute in place
        question.answer(row, offset ? values[r * inputs + columns] : 0, one);
        System.arraycopy(one, 0, result, r * width, width);
      }
    });
  }

  /** To explain a model its trees are unpacked, which takes longer than a row: that is kept. */
  private Question question(long handle, byte what, boolean offset, int columns, int first, int end) {
    MojoModel model = models.get(handle);
    if (model == null) {
      throw new IllegalStateException("the model is not loaded");
    }
    if (what != Question.CONTRIBUTIONS) {
      return Question.of(model, what, offset, columns, first, end);
    }
    return explained.computeIfAbsent(handle, key -> Question.of(model, what, offset, columns, first, end));
  }

  private void names() throws IOException {
    long handle = in.readLong();
    byte what = in.readByte();
    String[] names;
    try {
      names = question(handle, what, false, 0, 0, 0).names();
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      fail(e);
      return;
    }
    out.writeByte(0);
    out.writeInt(names.length);
    for (String name : names) {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      out.writeInt(text.length);
      out.write(text);
    }
  }

  private double[] readDoubles(int count) throws IOException {
    double[] values = new double[count];
    int done = 0;
    while (done < count) {
      int some = Math.min(count - done, BLOCK / 8);
      in.readFully(bytes, 0, some * 8);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values, done, some);
      done += some;
    }
    return values;
  }

  private void writeDoubles(double[] values) throws IOException {
    int done = 0;
    while (done < values.length) {
      int some = Math.min(values.length - done, BLOCK / 8);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values, done, some);
      out.write(bytes, 0, some * 8);
      done += some;
    }
  }

  private void fail(Throwable problem) throws IOException {
    byte[] text = String.valueOf(problem).getBytes(StandardCharsets.UTF_8);
    out.writeByte(1);
    out.writeInt(text.length);
    out.write(text);
  }
}
