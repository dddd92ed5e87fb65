#pragma once
// Layers of few outputs, whose panels would be mostly zeros: sums along the inputs instead of across the outputs.
#include <utility>

#include "nn/kernels_tile.h"

namespace forager {
namespace {

constexpr int kNarrow = kPanel / 2;  // most outputs of a narrow layer
constexpr int kNarrowInputs = 512;   // inputs that are gathered at a time; a multiple of kPanel

// tanh x = x P(x²) / Q(x²) on [-9, 9], beyond which it is 1 in single precision; at 9.6 the ratio is past 1 by more
// than its own error. The coefficients are ours: a weighted least-squares fit of the relative error, 2.1e-8 at most. All are
// positive, so no digits are lost. NaN stays NaN.
inline Vector tanhOf(Vector argument) {
  constexpr float kP[] = {1.331889839e-08f, 2.058335309e-05f, 3.494026758e-03f, 1.337971141e-01f, 9.999999790e-01f};
  constexpr float kQ[] = {7.761947374e-07f, 3.283080064e-04f, 2.587104361e-02f, 4.671302665e-01f, 1.0f};
  const Vector x = Simd::max(Simd::min(argument, Simd::broadcast(9.6f)), Simd::broadcast(-9.6f));
  const Vector square = Simd::mul(x, x);
  Vector p = Simd::broadcast(kP[0]), q = Simd::broadcast(kQ[0]);
  for (int i = 1; i < 5; ++i) {
    p = Simd::fma(p, square, Simd::broadcast(kP[i]));
    q = Simd::fma(q, square, Simd::broadcast(kQ[i]));
  }
  const Vector ratio = Simd::div(Simd::mul(x, p), q);
  return Simd::max(Simd::min(ratio, Simd::broadcast(1.0f)), Simd::broadcast(-1.0f));
}

// From a panel [inputs, kPanel] to [outputs, kNarrowInputs], zeros up to a whole vector.
inline void gatherNarrow(const float* panel, int inputs, int outputs, float* weight) {
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < (inputs + Simd::kWidth - 1) / Simd::kWidth * Simd::kWidth; ++i)
      weight[o * kNarrowInputs + i] = i < inputs ? panel[static_cast<size_t>(i) * kPanel + o] : 0.0f;
}

// finish(m, o, Σ_i x[m stride + i] weight[o kNarrowInputs + i]) for kM rows and kO outputs.
template <int kM, int kO, class Finish>
FORAGER_INLINE inline void dots(const float* x, size_t stride, const float* weight, int inputs, const Finish& finish) {
  Vector sum[kM][kO];
#pragma GCC unroll 16
  for (int m = 0; m < kM; ++m)
#pragma GCC unroll 2
    for (int o = 0; o < kO; ++o) sum[m][o] = Simd::broadcast(0.0f);
  for (int i = 0; i < inputs; i += Simd::kWidth) {
    Vector w[kO];
#pragma GCC unroll 2
    for (int o = 0; o < kO; ++o) w[o] = Simd::load(weight + o * kNarrowInputs + i);
#pragma GCC unroll 16
    for (int m = 0; m < kM; ++m) {
      const Vector value = Simd::load(x + m * stride + i);
#pragma GCC unroll 2
      for (int o = 0; o < kO; ++o) sum[m][o] = Simd::fma(value, w[o], sum[m][o]);
    }
  }
#pragma GCC unroll 16
  for (int m = 0; m < kM; ++m)
#pragma GCC unroll 2
    for (int o = 0; o < kO; ++o) finish(m, o, Simd::sum(sum[m][o]));
}

// The dots of up to kRows rows with all outputs, two outputs at a time.
template <class Finish>
FORAGER_INLINE inline void dotTile(int rows, int outputs, const float* x, size_t stride, const float* weight,
                                   int inputs, const Finish& finish) {
  byHeight(rows, [&]<int kM>(std::integral_constant<int, kM>, int first) FORAGER_INLINE {
    for (int o = 0; o < outputs; o += 2) {
      const auto put = [&](int m, int other, float sum) FORAGER_INLINE { finish(first + m, o + other, sum); };
      if (o + 1 < outputs)
        dots<kM, 2>(x + first * stride, stride, weight + o * kNarrowInputs, inputs, put);
      else
        dots<kM, 1>(x + first * stride, stride, weight + o * kNarrowInputs, inputs, put);
    }
  });
}

// The gradient of `inputs` inputs (kStepRows at most) from `first` on, for kRows outputs at most, into the panel rows
// of `gradient`: the tile is computed transposed, its rows the outputs.
inline void gradientNarrow(const DenseWeightGradient& p, int first, int inputs, float* gradient) {
  float tile[Simd::kRows * kStepRows];
  const float* x = p.x + first;
  const auto panelsAt = [&]<int kPanels>(std::integral_constant<int, kPanels>, int at) {
    multiply<kPanels>(
        p.outputs, p.dy, 1, p.dyStride, x + at, p.xStride, kPanel, p.batch, kZero,
        [&](int m, int panel, int offset, Vector value) FORAGER_INLINE {
          Simd::store(tile + m * kStepRows + at + panel * kPanel + offset, value);
        },
        kNoFetch);
  };
  if (inputs > 2 * kPanel && p.outputs <= 2)  // more sums at a time, which do not wait for each other
    panelsAt(std::integral_constant<int, 3>{}, 0);
  else
    for (int at = 0; at < inputs; at += kPanel) panelsAt(std::integral_constant<int, 1>{}, at);
  for (int o = 0; o < p.outputs; ++o)
    for (int i = 0; i < inputs; ++i) gradient[i * kPanel + o] = tile[o * kStepRows + i];
}

}  // namespace
}  // namespace forager
