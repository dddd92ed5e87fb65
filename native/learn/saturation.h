#pragma once
#include "nn/tape.h"

namespace forager {

constexpr float kSaturatedAction = 0.99f;
constexpr float kSaturatedMean = 2.6466524f;  // atanh 0.99, of an action before it is squashed

// Share of |x| > limit among the numbers of x, 0..1.
double saturatedShare(const Tensor& x, float limit);

}  // namespace forager
