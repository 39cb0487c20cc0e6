package h2ocompat;

import java.util.Arrays;

/** The number that a sort would put at a place, found without sorting the rest (Hoare's quickselect). */
final class Select {
  private static final int SMALL = 64;

  private Select() { }

  /** Moves the first n numbers, none of them NaN, so that what a sort would put at k is there, nothing larger before it and nothing smaller behind. */
  static double at(double[] t, int n, int k) {
    int low = 0, high = n - 1;
    for (int rounds = 2 * (32 - Integer.numberOfLeadingZeros(n)); high - low > SMALL; rounds--) {
      if (rounds == 0) break; // unlucky pivots: the sort below takes over
      double pivot = pivot(t, low, high);
      int i = low, j = high;
      while (i <= j) {
        while (t[i] < pivot) i++;
        while (t[j] > pivot) j--;
        if (i <= j) {
          double x = t[i];
          t[i++] = t[j];
          t[j--] = x;
        }
      }
      if (k <= j) high = j;
      else if (k >= i) low = i;
      else return t[k];
    }
    Arrays.sort(t, low, high + 1);
    return t[k];
  }

  /** The smallest of the numbers from..n-1. */
  static double least(double[] t, int from, int n) {
    double r = t[from];
    for (int i = from + 1; i < n; i++) if (t[i] < r) r = t[i];
    return r;
  }

  private static double pivot(double[] t, int low, int high) {
    int step = (high - low) / 8;
    double[] nine = new double[9];
    for (int i = 0; i < 9; i++) nine[i] = t[low + i * step];
    Arrays.sort(nine);
    return nine[4];
  }
}
