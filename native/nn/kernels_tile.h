#pragma once
// The register tile that every product is made of, written once over a vector type. See nn/kernels_impl.h.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "nn/kernels.h"

namespace forager {
namespace {

using Vector = Simd::Vector;
constexpr int kLanes = kPanel / Simd::kWidth;  // vectors per panel row

// Lambdas that are called once per vector of a tile must vanish into it, or the sums leave their registers.
#define FORAGER_INLINE __attribute__((always_inline))

constexpr int kFetchSteps = 16;

// For the vectors of kPanels panels, each at an offset `at` of its panel:
// s[m][panel, at] = start(panel, at) + Σ_k a[m aRow + k aStep] b[k bStep + panel bPanel + at + 0..kWidth),
// then finish(m, panel, at, s).
// fetch(g) is called before the steps k = g kFetchSteps .. and asks the memory for what is needed next, a few lines at
// a time: more at once would hold up the loads of the product.
template <int kM, int kPanels, class Start, class Finish, class Fetch>
FORAGER_INLINE inline void multiplyTile(const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep,
                                        size_t bPanel, int k, const Start& start, const Finish& finish,
                                        const Fetch& fetch) {
  constexpr int kVectors = kPanels * kLanes;
  Vector sum[kM][kVectors];
#pragma GCC unroll 16
  for (int m = 0; m < kM; ++m)
#pragma GCC unroll 16
    for (int l = 0; l < kVectors; ++l) sum[m][l] = start(l / kLanes, l % kLanes * Simd::kWidth);
  for (int group = 0; group * kFetchSteps < k; ++group) {
    fetch(group);
    for (int step = std::min(kFetchSteps, k - group * kFetchSteps); step > 0; --step) {
      Vector row[kVectors];
#pragma GCC unroll 16
      for (int l = 0; l < kVectors; ++l) row[l] = Simd::load(b + l / kLanes * bPanel + l % kLanes * Simd::kWidth);
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
    for (int l = 0; l < kVectors; ++l) finish(m, l / kLanes, l % kLanes * Simd::kWidth, sum[m][l]);
}

// Calls work(height, first) for tiles that make up `rows` rows (kRows at most), each height a constant: the last tile of
// a matrix has fewer rows. Heights between half a tile and a whole one are made of two, which keeps the code small.
template <class Work>
FORAGER_INLINE inline void byHeight(int rows, const Work& work) {
  constexpr int kMost = Simd::kRows;
  if (rows == kMost) {
    work(std::integral_constant<int, kMost>{}, 0);
    return;
  }
  constexpr int kHeights = kMost > 6 ? kMost / 2 : kMost - 1;
  const int upper = std::min(rows, kHeights);
  const auto select = [&]<int... kM>(int height, int first, std::integer_sequence<int, kM...>) FORAGER_INLINE {
    (void)((height == kM + 1 && (work(std::integral_constant<int, kM + 1>{}, first), true)) || ...);
  };
  for (int first = 0; first < rows; first += upper)
    select(std::min(upper, rows - first), first, std::make_integer_sequence<int, kHeights>{});
}

// multiplyTile for 1 to kRows rows.
template <int kPanels, class Start, class Finish, class Fetch>
FORAGER_INLINE inline void multiply(int rows, const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep,
                                    size_t bPanel, int k, const Start& start, const Finish& finish,
                                    const Fetch& fetch) {
  byHeight(rows, [&]<int kM>(std::integral_constant<int, kM>, int first) FORAGER_INLINE {
    multiplyTile<kM, kPanels>(
        a + first * aRow, aRow, aStep, b, bStep, bPanel, k, start,
        [&](int m, int panel, int at, Vector value) FORAGER_INLINE { finish(first + m, panel, at, value); }, fetch);
  });
}

// multiply for 1 to Simd::kPanels panels: the last group of a matrix may have fewer.
template <class Start, class Finish, class Fetch>
FORAGER_INLINE inline void multiplyGroup(int panels, int rows, const float* a, size_t aRow, size_t aStep,
                                         const float* b, size_t bStep, size_t bPanel, int k, const Start& start,
                                         const Finish& finish, const Fetch& fetch) {
  if (panels == Simd::kPanels)
    multiply<Simd::kPanels>(rows, a, aRow, aStep, b, bStep, bPanel, k, start, finish, fetch);
  else
    multiply<1>(rows, a, aRow, aStep, b, bStep, bPanel, k, start, finish, fetch);
}

constexpr auto kZero = [](int, int) FORAGER_INLINE { return Simd::broadcast(0.0f); };

constexpr auto kNoFetch = [](int) FORAGER_INLINE {};

}  // namespace
}  // namespace forager
