#include "learn/model_losses.h"

#include <algorithm>
#include <cmath>

namespace forager {

double changeLoss(const Tensor& predicted, const Batch& batch, const float* change) {
  const float per = 1.0f / static_cast<float>(predicted.rows * predicted.columns);
  double loss = 0;
  for (int r = 0; r < predicted.rows; ++r)
    for (int i = 0; i < predicted.columns; ++i) {
      const float wanted = (batch.nextObservation.row(r)[i] - batch.observation.row(r)[i]) / change[i];
      const float error = predicted.row(r)[i] - wanted;
      predicted.gradientRow(r)[i] += 2 * error * per;
      loss += error * error * per;
    }
  return loss;
}

double endLoss(const Tensor& logit, const Tensor& end) {
  const float per = 1.0f / static_cast<float>(logit.rows);
  double loss = 0;
  for (int r = 0; r < logit.rows; ++r) {
    const float x = *logit.row(r), y = *end.row(r);
    *logit.gradientRow(r) += (1 / (1 + std::exp(-x)) - y) * per;
    loss += (std::max(x, 0.0f) - x * y + std::log1p(std::exp(-std::abs(x)))) * per;
  }
  return loss;
}

}  // namespace forager
