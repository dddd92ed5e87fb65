#include "learn/critic_loss.h"

#include <algorithm>
#include <cmath>

#include "nn/ops.h"

namespace forager {

void recordCriticLoss(Tape& tape, const std::array<Tensor, 2>& q, const std::array<Tensor, 2>& y, double& loss,
                      UpdateMetrics& metrics, float weight) {
  recordLoss(tape, {q[0], q[1], y[0], y[1]}, {&loss}, [=, &loss, &metrics] {
    const int rows = q[0].rows;
    double squares = 0, sum = 0, largest = 0;
    for (int k = 0; k < 2; ++k)
      for (int r = 0; r < rows; ++r) {
        const float value = *q[k].row(r), error = value - *y[k].row(r);
        *q[k].gradientRow(r) += 2 * weight * error / static_cast<float>(rows);
        squares += double{error} * error;
        if (k == 0) sum += value;
        largest = std::max(largest, std::abs(double{value}));
      }
    metrics.criticLoss = loss = weight * squares / rows;
    metrics.meanQ = sum / rows;
    metrics.largestQ = largest;
  });
}

}  // namespace forager
