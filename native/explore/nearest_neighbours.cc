#include "explore/nearest_neighbours.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

// `squares` [rows]: of the distances between row i and all rows. x transposed lets one instruction take several rows.
void squaredDistances(const Tensor& x, const Tensor& transposed, int i, float* squares) {
  std::fill_n(squares, x.rows, 0.0f);
  for (int c = 0; c < x.columns; ++c) {
    const float at = x.row(i)[c];
    const float* column = transposed.row(c);
    for (int j = 0; j < x.rows; ++j) squares[j] += (column[j] - at) * (column[j] - at);
  }
}

}  // namespace

Tensor nearestDistance(Tape& tape, const Tensor& x, int neighbours) {
  const Tensor transposed = makeTensor(tape.scratch(), x.columns, x.rows);
  const Tensor squares = makeTensor(tape.scratch(), x.rows, x.rows);
  const Tensor mean = makeTensor(tape.scratch(), x.rows, 1);
  tape.addRows(x.columns, 10.0 * x.rows, {x.data}, {transposed.data}, [=](int c) {
    for (int r = 0; r < x.rows; ++r) transposed.row(c)[r] = x.row(r)[c];
  });
  const double rowCost = 10.0 * x.rows * x.columns;
  tape.addRows(x.rows, rowCost, {x.data, transposed.data}, {squares.data, mean.data}, [=](int i) {
    float* row = squares.row(i);
    squaredDistances(x, transposed, i, row);
    std::nth_element(row, row + neighbours - 1, row + x.rows);
    std::sort(row, row + neighbours);  // one order of the sum, whatever the library's selection leaves
    double sum = 0;
    for (int k = 0; k < neighbours; ++k) sum += std::sqrt(double{row[k]});
    *mean.row(i) = static_cast<float>(sum / neighbours);
  });
  return mean;
}

}  // namespace forager
