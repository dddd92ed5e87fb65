#pragma once
// The register tile that every product is made of, written once over a vector type. See nn/kernels_impl.h.
#include <algorithm>
#include <utility>

#include "nn/kernels.h"

namespace forager {
namespace {

using Vector = Simd::Vector;
constexpr int kLanes = kPanel / Simd::kWidth;  // vectors per panel row

// Lambdas that are called once per vector of a tile must vanish into it, or the sums leave their registers.
#define FORAGER_INLINE __attribute__((always_inline))

constexpr int kFetchSteps = 16;

// s[m][l] = start(l) + Σ_k a[m aRow + k aStep] b[k bStep + l kWidth + 0..kWidth), then finish(m, l, s[m][l]).
// fetch(g) is called before the steps k = g kFetchSteps .. and asks the memory for what is needed next, a few lines at
// a time: more at once would hold up the loads of the product.
template <int kM, int kVectors, class Start, class Finish, class Fetch>
FORAGER_INLINE inline void multiplyTile(const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep, int k,
                                        const Start& start, const Finish& finish, const Fetch& fetch) {
  Vector sum[kM][kVectors];
#pragma GCC unroll 16
  for (int m = 0; m < kM; ++m)
#pragma GCC unroll 16
    for (int l = 0; l < kVectors; ++l) sum[m][l] = start(l);
  for (int group = 0; group * kFetchSteps < k; ++group) {
    fetch(group);
    for (int step = std::min(kFetchSteps, k - group * kFetchSteps); step > 0; --step) {
      Vector row[kVectors];
#pragma GCC unroll 16
      for (int l = 0; l < kVectors; ++l) row[l] = Simd::load(b + l * Simd::kWidth);
#pragma GCC unroll 16
      for (int m = 0; m < kM; ++m) {
        const Vector value = Simd::broadcast(a[m * aRow]);
#pragma GCC unroll 16
        for (int l = 0; l < kVectors; ++l) sum[m][l] = Simd::fma(value, row[l], sum[m][l]);
      }
      a += aStep;
      b += bStep;
    }
  }
#pragma GCC unroll 16
  for (int m = 0; m < kM; ++m)
#pragma GCC unroll 16
    for (int l = 0; l < kVectors; ++l) finish(m, l, sum[m][l]);
}

// Calls multiplyTile with the row count (1 to kRows) as a constant; the last tile of a matrix has fewer rows.
template <int kVectors, class Start, class Finish, class Fetch>
FORAGER_INLINE inline void multiply(int rows, const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep,
                                    int k, const Start& start, const Finish& finish, const Fetch& fetch) {
  if (rows == Simd::kRows) {
    multiplyTile<Simd::kRows, kVectors>(a, aRow, aStep, b, bStep, k, start, finish, fetch);
    return;
  }
  [&]<int... kM>(std::integer_sequence<int, kM...>) FORAGER_INLINE {
    (void)((rows == kM + 1 && (multiplyTile<kM + 1, kVectors>(a, aRow, aStep, b, bStep, k, start, finish, fetch), true)) ||
           ...);
  }(std::make_integer_sequence<int, Simd::kRows - 1>{});
}

constexpr auto kZero = [](int) FORAGER_INLINE { return Simd::broadcast(0.0f); };

constexpr auto kNoFetch = [](int) FORAGER_INLINE {};

}  // namespace
}  // namespace forager
