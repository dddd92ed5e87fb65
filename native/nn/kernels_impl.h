#pragma once
// The kernels, written once over a vector type. Each kernels_<isa>.cc defines a `Simd` struct and includes this file:
//   Vector, kWidth (divides kPanel), kRows (rows of the register tile), load, store, broadcast, fma(a, b, c) = a b + c,
//   add, mul, div, sqrt, max, positive(x, y) = x > 0 ? y : 0, transpose (a block of kPanel by kPanel floats).
// Everything here is in an unnamed namespace: the same code compiled for two instruction sets must not be merged.
#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/kernels.h"

namespace forager {
namespace {

using Vector = Simd::Vector;
constexpr int kLanes = kPanel / Simd::kWidth;  // vectors per panel row

// acc[m] = Σ_k a[m aRow + k aStep] b[k bStep + 0..kPanel), then finish(m, acc[m]) per row.
template <int kM, class Finish>
inline void multiplyTile(const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep, int k,
                         Finish&& finish) {
  Vector acc[kM][kLanes];
  for (int m = 0; m < kM; ++m)
    for (int l = 0; l < kLanes; ++l) acc[m][l] = Simd::broadcast(0.0f);
  for (int step = 0; step < k; ++step) {
    Vector row[kLanes];
#pragma GCC unroll 4
    for (int l = 0; l < kLanes; ++l) row[l] = Simd::load(b + l * Simd::kWidth);
#pragma GCC unroll 16
    for (int m = 0; m < kM; ++m) {
      const Vector value = Simd::broadcast(a[m * aRow]);
#pragma GCC unroll 4
      for (int l = 0; l < kLanes; ++l) acc[m][l] = Simd::fma(value, row[l], acc[m][l]);
    }
    a += aStep;
    b += bStep;
  }
  for (int m = 0; m < kM; ++m) finish(m, acc[m]);
}

// Calls multiplyTile with the row count as a constant; the last tile of a matrix has fewer rows.
template <class Finish>
inline void multiply(int rows, const float* a, size_t aRow, size_t aStep, const float* b, size_t bStep, int k,
                     Finish&& finish) {
  [&]<int... kM>(std::integer_sequence<int, kM...>) {
    (void)((rows == kM + 1 && (multiplyTile<kM + 1>(a, aRow, aStep, b, bStep, k, finish), true)) || ...);
  }(std::make_integer_sequence<int, Simd::kRows>{});
}

inline int tileRowsAt(int tile, int rows) {
  return rows - tile * Simd::kRows < Simd::kRows ? rows - tile * Simd::kRows : Simd::kRows;
}

void forward(const DenseForward& p, int begin, int end) {
  const int tiles = (p.batch + Simd::kRows - 1) / Simd::kRows;
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / tiles, tile = unit % tiles;
    const float* weight = p.weight + static_cast<size_t>(panel) * (p.inputs + 1) * kPanel;
    const float* bias = weight + static_cast<size_t>(p.inputs) * kPanel;
    const float* x = p.x + static_cast<size_t>(tile) * Simd::kRows * p.xStride;
    float* y = p.y + static_cast<size_t>(tile) * Simd::kRows * p.yStride + panel * kPanel;
    const int columns = p.outputs - panel * kPanel < kPanel ? p.outputs - panel * kPanel : kPanel;
    multiply(tileRowsAt(tile, p.batch), x, p.xStride, 1, weight, kPanel, p.inputs, [&](int m, Vector* acc) {
      float* row = y + static_cast<size_t>(m) * p.yStride;
      for (int l = 0; l < kLanes; ++l) {
        Vector value = Simd::add(acc[l], Simd::load(bias + l * Simd::kWidth));
        if (p.activation == Activation::relu) value = Simd::max(value, Simd::broadcast(0.0f));
        Simd::store(row + l * Simd::kWidth, value);
      }
      if (p.activation == Activation::tanh)
        for (int j = 0; j < columns; ++j) row[j] = std::tanh(row[j]);
    });
  }
}

void inputGradient(const DenseInputGradient& p, int begin, int end) {
  const int tiles = (p.batch + Simd::kRows - 1) / Simd::kRows;
  for (int unit = begin; unit < end; ++unit) {
    const int panel = p.firstPanel + unit / tiles, tile = unit % tiles;
    const float* weight = p.transposed + static_cast<size_t>(panel) * p.outputs * kPanel;
    const size_t first = static_cast<size_t>(tile) * Simd::kRows;
    const float* x = p.x + first * p.xStride + panel * kPanel;
    float* dx = p.dx + first * p.dxStride + panel * kPanel;
    multiply(tileRowsAt(tile, p.batch), p.dy + first * p.dyStride, p.dyStride, 1, weight, kPanel, p.outputs,
             [&](int m, Vector* acc) {
               const float* input = x + static_cast<size_t>(m) * p.xStride;
               float* row = dx + static_cast<size_t>(m) * p.dxStride;
               for (int l = 0; l < kLanes; ++l) {
                 Vector value = acc[l];
                 if (p.mask != Activation::linear) {
                   const Vector f = Simd::load(input + l * Simd::kWidth);
                   value = p.mask == Activation::relu
                               ? Simd::positive(f, value)
                               : Simd::fma(Simd::mul(f, Simd::broadcast(-1.0f)), Simd::mul(f, value), value);
                 }
                 if (p.accumulate) value = Simd::add(value, Simd::load(row + l * Simd::kWidth));
                 Simd::store(row + l * Simd::kWidth, value);
               }
             });
  }
}

void weightGradient(const DenseWeightGradient& p, int begin, int end) {
  const int tiles = (p.inputs + Simd::kRows - 1) / Simd::kRows + 1;  // the last one is the bias
  const auto put = [&](float* row, Vector* acc) {
    for (int l = 0; l < kLanes; ++l) {
      const Vector value = p.accumulate ? Simd::add(acc[l], Simd::load(row + l * Simd::kWidth)) : acc[l];
      Simd::store(row + l * Simd::kWidth, value);
    }
  };
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / tiles, tile = unit % tiles;
    const float* dy = p.dy + panel * kPanel;
    float* gradient = p.gradient + static_cast<size_t>(panel) * (p.inputs + 1) * kPanel;
    if (tile == tiles - 1) {
      static constexpr float kOne = 1.0f;
      multiplyTile<1>(&kOne, 0, 0, dy, p.dyStride, p.batch,
                      [&](int, Vector* acc) { put(gradient + static_cast<size_t>(p.inputs) * kPanel, acc); });
      continue;
    }
    const int first = tile * Simd::kRows;
    multiply(tileRowsAt(tile, p.inputs), p.x + first, 1, p.xStride, dy, p.dyStride, p.batch,
             [&](int m, Vector* acc) { put(gradient + static_cast<size_t>(first + m) * kPanel, acc); });
  }
}

inline void adamRow(float* w, const float* g, float* m, float* v, const AdamStep& s) {
  for (int l = 0; l < kLanes; ++l) {
    const int at = l * Simd::kWidth;
    const Vector gradient = Simd::load(g + at);
    const Vector first =
        Simd::fma(Simd::broadcast(s.beta1), Simd::load(m + at), Simd::mul(Simd::broadcast(1 - s.beta1), gradient));
    const Vector second = Simd::fma(Simd::broadcast(s.beta2), Simd::load(v + at),
                                    Simd::mul(Simd::broadcast(1 - s.beta2), Simd::mul(gradient, gradient)));
    const Vector denominator =
        Simd::fma(Simd::sqrt(second), Simd::broadcast(s.secondCorrection), Simd::broadcast(s.epsilon));
    Simd::store(m + at, first);
    Simd::store(v + at, second);
    Simd::store(w + at, Simd::fma(Simd::broadcast(-s.stepSize), Simd::div(first, denominator), Simd::load(w + at)));
  }
}

// Copies the weights of up to kPanel inputs (rows of `from`) to their place in the transposed panels.
inline void writeTransposed(const AdamLayer& p, int panel, int firstInput) {
  if (p.transposed == nullptr) return;
  const float* from = p.weight + (static_cast<size_t>(panel) * (p.inputs + 1) + firstInput) * kPanel;
  float* to = p.transposed + (static_cast<size_t>(firstInput / kPanel) * p.outputs + panel * kPanel) * kPanel;
  const int outputs = std::min(kPanel, p.outputs - panel * kPanel), inputs = std::min(kPanel, p.inputs - firstInput);
  if (outputs == kPanel && inputs == kPanel) {
    Simd::transpose(from, to);
    return;
  }
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) to[o * kPanel + i] = from[i * kPanel + o];
}

void adam(const AdamLayer& p, const AdamStep& step, int begin, int end) {
  const int blocks = panelsOf(p.inputs);
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / blocks, block = unit % blocks;
    const size_t base = static_cast<size_t>(panel) * (p.inputs + 1) * kPanel;
    const int first = block * kPanel;
    const int last = block == blocks - 1 ? p.inputs : first + kPanel - 1;  // the last block takes the bias with it
    for (int i = first; i <= last; ++i) {
      const size_t at = base + static_cast<size_t>(i) * kPanel;
      adamRow(p.weight + at, p.gradient + at, p.first + at, p.second + at, step);
    }
    writeTransposed(p, panel, first);
  }
}

void weightStep(const DenseWeightGradient& p, const AdamLayer& layer, const AdamStep& step, int begin, int end) {
  alignas(64) float gradient[(kStepRows + 1) * kPanel];
  const int blocks = (p.inputs + kStepRows - 1) / kStepRows;
  const auto put = [&](float* row, Vector* acc) {
    for (int l = 0; l < kLanes; ++l) Simd::store(row + l * Simd::kWidth, acc[l]);
  };
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / blocks, block = unit % blocks, first = block * kStepRows;
    const int inputs = std::min(kStepRows, p.inputs - first);
    const int rows = inputs + (block == blocks - 1 ? 1 : 0);  // the last block takes the bias with it
    const size_t base = (static_cast<size_t>(panel) * (p.inputs + 1) + first) * kPanel;
    const float* dy = p.dy + panel * kPanel;
    for (int i = 0; i < inputs; i += Simd::kRows) {
      for (int row = i; row < std::min(i + Simd::kRows, rows); ++row) {
        __builtin_prefetch(layer.weight + base + row * kPanel, 1);
        __builtin_prefetch(layer.first + base + row * kPanel, 1);
        __builtin_prefetch(layer.second + base + row * kPanel, 1);
      }
      multiply(std::min(Simd::kRows, inputs - i), p.x + first + i, 1, p.xStride, dy, p.dyStride, p.batch,
               [&](int m, Vector* acc) { put(gradient + (i + m) * kPanel, acc); });
    }
    static constexpr float kOne = 1.0f;
    if (rows > inputs)
      multiplyTile<1>(&kOne, 0, 0, dy, p.dyStride, p.batch,
                      [&](int, Vector* acc) { put(gradient + inputs * kPanel, acc); });
    for (int i = 0; i < rows; ++i) {
      const size_t at = base + static_cast<size_t>(i) * kPanel;
      adamRow(layer.weight + at, gradient + i * kPanel, layer.first + at, layer.second + at, step);
    }
    for (int i = 0; i < inputs; i += kPanel) writeTransposed(layer, panel, first + i);
  }
}

void average(float* target, const float* source, size_t count, float tau) {
  const Vector rate = Simd::broadcast(tau), keep = Simd::broadcast(1 - tau);
  for (size_t i = 0; i < count; i += Simd::kWidth)
    Simd::store(target + i, Simd::fma(rate, Simd::load(source + i), Simd::mul(keep, Simd::load(target + i))));
}

// Independent multiply-adds in registers only, enough of them to fill every unit; returns their number of operations.
double multiplyAddRun(int rounds) {
  constexpr int kChains = 12;  // latency times units of the processors at hand is 8 to 10
  Vector chain[kChains];
  for (Vector& c : chain) c = Simd::broadcast(1.0f);
  const Vector factor = Simd::broadcast(0.999f), term = Simd::broadcast(0.001f);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) chain[i] = Simd::fma(chain[i], factor, term);
  }
  float sink[kPanel];
  volatile float keep = 0;  // the chains must be computed
  for (const Vector& c : chain) {
    Simd::store(sink, c);
    keep = keep + sink[0];
  }
  return 2.0 * rounds * kChains * Simd::kWidth;
}

constexpr KernelTable makeTable(const char* name) {
  return {name, Simd::kRows, forward, inputGradient, weightGradient, adam, weightStep, average, multiplyAddRun};
}

}  // namespace
}  // namespace forager
