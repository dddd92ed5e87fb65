#include "explore/running_scale.h"

#include <cmath>

namespace forager {

RunningScale::RunningScale(Arena& saved) : seen_(saved.floats(3)) {
  seen_[0] = 1e-4f;
  seen_[2] = 1;
}

// Mean and variance are merged batch by batch (Chan, Golub, LeVeque 1979).
void RunningScale::apply(const Tensor& r) {
  const double rows = r.rows, count = seen_[0], all = count + rows;
  double mean = 0, squares = 0;
  for (int i = 0; i < r.rows; ++i) mean += *r.row(i) / rows;
  for (int i = 0; i < r.rows; ++i) squares += (*r.row(i) - mean) * (*r.row(i) - mean);
  const double step = mean - seen_[1], variance = rows > 1 ? squares / (rows - 1) : 0;
  seen_[0] = static_cast<float>(all);
  seen_[1] += static_cast<float>(step * rows / all);
  seen_[2] = static_cast<float>((seen_[2] * count + variance * rows + step * step * count * rows / all) / all);
  const float deviation = std::sqrt(seen_[2]) + 1e-8f;
  for (int i = 0; i < r.rows; ++i) *r.row(i) /= deviation;
}

}  // namespace forager
