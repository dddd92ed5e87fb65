#pragma once
#include <functional>
#include <vector>

#include "nn/random.h"
#include "nn/tape.h"

namespace forager {

// The steps of a loss between networks, recorded on a tape. Their cost is small beside the products, so they are
// written for the reader: a step is a function of rows, and the gradient of that function.

// in[i] is a row of input i; out [columns]
using RowForward = std::function<void(const float* const* in, float* out)>;
// Adds to inGradient[i], which is null where input i wants no gradient. out and outGradient are the step's own row.
using RowBackward = std::function<void(const float* const* in, const float* out, const float* outGradient,
                                       float* const* inGradient)>;

// What an element of a step costs, in multiply-adds of a product: a few sums, or a handful of transcendental functions.
inline constexpr double kCheapElement = 30, kCostlyElement = 2000;

// y [rows, columns], row r = forward(row r of each input). All inputs have the same number of rows.
Tensor mapRows(Tape& tape, const std::vector<Tensor>& inputs, int columns, RowForward forward, RowBackward backward,
               double elementCost = kCheapElement);

// The end of a recording: `body` reads the data of `inputs` and adds to their gradients, which are zero before the
// first loss that touches them; `writes` is what else it writes (a metric). Record every loss before Tape::backward().
void recordLoss(Tape& tape, const std::vector<Tensor>& inputs, Tape::Buffers writes, std::function<void()> body);

// Row r of x becomes rows r count .. r count + count - 1.
Tensor repeatRows(Tape& tape, const Tensor& x, int count);

// Columns first .. first + count - 1 of x.
Tensor sliceColumns(Tape& tape, const Tensor& x, int first, int count);

// x as a constant: who reads this sends no gradient into x.
inline Tensor constant(Tensor x) {
  x.gradientFrom = x.columns;
  return x;
}

// [rows, columns] of N(0, 1) or U(low, high), drawn anew in each replay, row by row.
Tensor drawNormal(Tape& tape, RandomStream& random, int rows, int columns);
Tensor drawUniform(Tape& tape, RandomStream& random, int rows, int columns, float low, float high);

}  // namespace forager
