package h2oscore;

import hex.genmodel.IClusteringModel;
import hex.genmodel.MojoModel;
import hex.genmodel.PredictContributions;
import hex.genmodel.PredictContributionsFactory;
import hex.genmodel.algos.gam.GamMojoModelBase;
import hex.genmodel.algos.glrm.GlrmMojoModel;
import hex.genmodel.algos.tree.SharedTreeMojoModel;
import hex.genmodel.algos.tree.TreeBackedMojoModel;
import hex.genmodel.easy.EasyPredictModelWrapper;
import hex.genmodel.easy.RowData;
import hex.genmodel.easy.RowToRawDataConverter;
import hex.genmodel.easy.exception.PredictException;
import java.util.Arrays;
import java.util.Collections;

/** What a model is asked of each row. */
abstract class Question {
  static final byte PREDICTIONS = 0;
  static final byte DISTANCES = 1;
  static final byte CONTRIBUTIONS = 2;
  static final byte LEAVES = 3;
  static final byte STAGES = 4;

  /** Numbers in an answer. */
  final int width;

  Question(int width) {
    this.width = width;
  }

  /** Answers for a row, which may be changed; the offset is 0 where there is none. */
  abstract void answer(double[] row, double offset, double[] out);

  /** What each number of an answer is about, where that has names. */
  String[] names() {
    return new String[0];
  }

  /** Stages from..to are the predictions after that many trees and one more; they mean nothing to other questions. */
  static Question of(MojoModel model, byte what, boolean withOffset, int columns, int from, int to) {
    switch (what) {
      case DISTANCES:
        return distances(model, (IClusteringModel) model);
      case CONTRIBUTIONS:
        return contributions(((PredictContributionsFactory) model).makeContributionsPredictor());
      case LEAVES:
        return leaves((TreeBackedMojoModel) model);
      case STAGES:
        return stages((SharedTreeMojoModel) model, from, to);
      default:
        return model instanceof GamMojoModelBase
            ? additive((GamMojoModelBase) model, columns)
            : predictions(model, withOffset);
    }
  }

  /** Numbers a model gives for a row: those of components and reconstructions depend on what kind of model it is. */
  static int predictionsOf(MojoModel model) {
    return model.getPredsSize(model.getModelCategory());
  }

  private static Question predictions(MojoModel model, boolean withOffset) {
    return new Question(predictionsOf(model)) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        if (model instanceof GlrmMojoModel) {
          ((GlrmMojoModel) model)._rcnt = 0; // it starts each row at random, by the row's number: by the seed alone here
        }
        if (withOffset) {
          model.score0(row, offset, out);
        } else {
          model.score0(row, out);
        }
      }
    };
  }

  /** Additive models want their splines in the row, which their converter makes of the columns. */
  private static Question additive(GamMojoModelBase model, int columns) {
    RowToRawDataConverter splines =
        model.makeConverterFactory(
            Collections.emptyMap(), Collections.emptyMap(), null, new EasyPredictModelWrapper.Config());
    String[] names = model.getNames();
    return new Question(predictionsOf(model)) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        RowData known = new RowData();
        for (int i = 0; i < columns; i++) {
          if (!Double.isNaN(row[i])) {
            known.put(names[i], row[i]);
          }
        }
        Arrays.fill(row, columns, row.length, Double.NaN); // a number there would be taken for a spline
        try {
          model.score0(splines.convert(known, row), out);
        } catch (PredictException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static Question distances(MojoModel model, IClusteringModel clusters) {
    return new Question(clusters.getNumClusters()) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        clusters.distances(row, out);
      }
    };
  }

  private static Question contributions(PredictContributions predictor) {
    String[] names = predictor.getContributionNames();
    return new Question(names.length) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        float[] found = predictor.calculateContributions(row);
        for (int i = 0; i < found.length; i++) {
          out[i] = found[i];
        }
      }

      @Override
      String[] names() {
        return names;
      }
    };
  }

  /** Node numbers: the trees of a round stand together. */
  private static Question leaves(TreeBackedMojoModel model) {
    int rounds = model.getNTreeGroups();
    int trees = model.getNTreesPerGroup();
    boolean together = !(model instanceof SharedTreeMojoModel); // others have the trees of a class together
    return new Question(rounds * trees) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        int[] found = model.getLeafNodeAssignments(row)._nodeIds;
        for (int round = 0; round < rounds; round++) {
          for (int tree = 0; tree < trees; tree++) {
            out[round * trees + tree] = found[together ? round * trees + tree : tree * rounds + round];
          }
        }
      }
    };
  }

  private static Question stages(SharedTreeMojoModel model, int from, int to) {
    int one = predictionsOf(model);
    double[] sum = new double[one];
    double[] stage = new double[one];
    return new Question(one * (to - from)) {
      @Override
      void answer(double[] row, double offset, double[] out) {
        Arrays.fill(sum, 0);
        model.scoreTreeRange(row, 0, from, sum);
        for (int tree = from; tree < to; tree++) {
          model.scoreTreeRange(row, tree, tree + 1, sum);
          System.arraycopy(sum, 0, stage, 0, one);
          model.unifyPreds(row, offset, stage);
          System.arraycopy(stage, 0, out, (tree - from) * one, one);
        }
      }
    };
  }
}
