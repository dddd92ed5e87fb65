#include "learn/saturation.h"

#include <cmath>

namespace forager {

double saturatedShare(const Tensor& x, float limit) {
  double beyond = 0;
  for (int r = 0; r < x.rows; ++r)
    for (int c = 0; c < x.columns; ++c) beyond += std::abs(x.row(r)[c]) > limit;
  return beyond / (static_cast<double>(x.rows) * x.columns);
}

}  // namespace forager
