#include "explore/prediction_error.h"

#include <cmath>

#include "nn/ops.h"

namespace forager {

double errorLength(const float* p, const float* w, int columns) {
  double squares = 0;
  for (int c = 0; c < columns; ++c) squares += (double{p[c]} - w[c]) * (double{p[c]} - w[c]);
  return std::sqrt(squares);
}

void recordErrorLoss(Tape& tape, const std::vector<Tensor>& predictions, const Tensor& wanted, double& loss) {
  std::vector<Tensor> inputs = predictions;
  inputs.push_back(wanted);
  recordLoss(tape, inputs, {&loss}, [=, &loss] {
    const double share = 1.0 / (static_cast<double>(predictions.size()) * wanted.rows);
    loss = 0;
    for (const Tensor& p : predictions)
      for (int r = 0; r < p.rows; ++r) {
        const double length = errorLength(p.row(r), wanted.row(r), p.columns);
        loss += share * length;
        if (length == 0) continue;
        for (int c = 0; c < p.columns; ++c) {
          const float gradient = static_cast<float>(share * (double{p.row(r)[c]} - wanted.row(r)[c]) / length);
          p.gradientRow(r)[c] += gradient;
          if (wanted.wantsGradient()) wanted.gradientRow(r)[c] -= gradient;
        }
      }
  });
}

}  // namespace forager
