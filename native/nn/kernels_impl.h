#pragma once
// The kernels, written once over a vector type. Each kernels_<isa>.cc defines a `Simd` struct and includes this file:
//   Vector, kWidth (divides kPanel), kRows and kPanels (1 or 2) of the register tile, load, store, broadcast, fma(a, b, c) = a b + c,
//   fms(a, b, c) = a b - c, add, sub, mul, div, sqrt, max, min (a NaN in the first operand stays), sum of all lanes,
//   positive(x, y) = x > 0 ? y : 0,
//   transpose (a block of kPanel by kPanel floats).
// Everything here is in an unnamed namespace: the same code compiled for two instruction sets must not be merged.
#include <algorithm>
#include <cmath>

#include "nn/kernels.h"
#include "nn/kernels_tile.h"
#include "nn/kernels_narrow.h"

namespace forager {
namespace {

constexpr int kLine = 16;  // floats of a cache line

// Units of a product are tiles, those of a group of panels one after the other. Calls work(group, tile) for units
// begin..end.
template <class Work>
FORAGER_INLINE inline void eachTile(int begin, int end, int tiles, const Work& work) {
  int group = begin / tiles, tile = begin % tiles;
  for (int unit = begin; unit < end; ++unit) {
    work(group, tile);
    if (++tile == tiles) {
      tile = 0;
      ++group;
    }
  }
}

// Of so many panels, those of the group that begins with `first`.
inline int panelsFrom(int first, int panels) { return std::min(Simd::kPanels, panels - first); }

inline int groupsOf(int panels) { return (panels + Simd::kPanels - 1) / Simd::kPanels; }
inline int tilesOf(int rows) { return (rows + Simd::kRows - 1) / Simd::kRows; }
inline int tileRowsAt(int tile, int rows) { return std::min(Simd::kRows, rows - tile * Simd::kRows); }

// The floats that a tile will write, fetched while it is computed.
inline void prefetchForWriting(float* first, size_t stride, int rows, int panels) {
  for (int m = 0; m < rows; ++m)
    for (int panel = 0; panel < panels; ++panel) __builtin_prefetch(first + m * stride + panel * kPanel, 1);
}

// Fetches during one tile of `steps` steps the part of the next panels (`rows` lines) that falls to it, so that no tile
// waits for memory.
struct PanelFetch {
  PanelFetch(const float* next, int rows, int tile, int tiles, int steps) {
    const int share = (rows + tiles - 1) / tiles, groups = (steps + kFetchSteps - 1) / kFetchSteps;
    from = next + static_cast<size_t>(std::min(rows, share * tile)) * kPanel;
    lines = std::min(share, rows - share * tile);
    each = (share + groups - 1) / groups;
  }
  FORAGER_INLINE void operator()(int group) const {
    for (int line = group * each; line < std::min(lines, (group + 1) * each); ++line)
      __builtin_prefetch(from + line * kPanel, 0, 2);
  }
  const float* from;
  int lines, each;
};

// f of the columns of a tile of y.
inline void applyTanh(float* y, int stride, int rows, int columns) {
  for (int m = 0; m < rows; ++m)
    for (int at = 0; at < columns; at += Simd::kWidth) {
      float* to = y + static_cast<size_t>(m) * stride + at;
      Simd::store(to, tanhOf(Simd::load(to)));
    }
}

template <bool kRelu>
void forwardWide(const DenseForward& p, int begin, int end) {
  const int tiles = tilesOf(p.batch), panels = panelsOf(p.outputs);
  const size_t panelSize = (static_cast<size_t>(p.inputs) + 1) * kPanel;
  eachTile(begin, end, tiles, [&](int group, int tile) {
    const int panel = group * Simd::kPanels, count = panelsFrom(panel, panels), next = panel + count;
    const float* weight = p.weight + panel * panelSize;
    const float* bias = weight + static_cast<size_t>(p.inputs) * kPanel;
    const float* x = p.x + static_cast<size_t>(tile) * Simd::kRows * p.xStride;
    float* y = p.y + static_cast<size_t>(tile) * Simd::kRows * p.yStride + panel * kPanel;
    const int rows = tileRowsAt(tile, p.batch), columns = std::min(count * kPanel, p.outputs - panel * kPanel);
    prefetchForWriting(y, p.yStride, rows, count);
    const PanelFetch fetch(p.weight + next * panelSize, panelsFrom(next, panels) * (p.inputs + 1), tile, tiles,
                           p.inputs);
    multiplyGroup(
        count, rows, x, p.xStride, 1, weight, kPanel, panelSize, p.inputs,
        [&](int of, int at) FORAGER_INLINE { return Simd::load(bias + of * panelSize + at); },
        [&](int m, int of, int at, Vector value) FORAGER_INLINE {
          if (kRelu) value = Simd::max(value, Simd::broadcast(0.0f));
          Simd::store(y + static_cast<size_t>(m) * p.yStride + of * kPanel + at, value);
        },
        fetch);
    if (p.activation == Activation::tanh) applyTanh(y, p.yStride, rows, columns);
  });
}

// A layer of few outputs: each output's weights next to each other, each sum along the inputs.
void forwardNarrow(const DenseForward& p, int begin, int end) {
  float weight[kNarrow * kNarrowInputs];
  const float* bias = p.weight + static_cast<size_t>(p.inputs) * kPanel;
  for (int first = 0; first < p.inputs; first += kNarrowInputs) {
    const int inputs = std::min(kNarrowInputs, p.inputs - first);
    gatherNarrow(p.weight + static_cast<size_t>(first) * kPanel, inputs, p.outputs, weight);
    for (int tile = begin; tile < end; ++tile) {
      const size_t row = static_cast<size_t>(tile) * Simd::kRows;
      float* y = p.y + row * p.yStride;
      dotTile(tileRowsAt(tile, p.batch), p.outputs, p.x + row * p.xStride + first, p.xStride, weight, inputs,
              [&](int m, int o, float sum) FORAGER_INLINE {
                float& to = y[static_cast<size_t>(m) * p.yStride + o];
                to = (first == 0 ? bias[o] : to) + sum;
              });
    }
  }
  for (int tile = begin; tile < end; ++tile) {
    float* y = p.y + static_cast<size_t>(tile) * Simd::kRows * p.yStride;
    const int rows = tileRowsAt(tile, p.batch);
    if (p.activation == Activation::tanh) applyTanh(y, p.yStride, rows, p.outputs);
    if (p.activation == Activation::relu)
      for (int m = 0; m < rows; ++m)
        for (int o = 0; o < p.outputs; ++o) {
          float& to = y[static_cast<size_t>(m) * p.yStride + o];
          to = to < 0 ? 0 : to;  // a NaN stays
        }
  }
}

void forward(const DenseForward& p, int begin, int end) {
  if (p.outputs <= kNarrow) return forwardNarrow(p, begin, end);
  p.activation == Activation::relu ? forwardWide<true>(p, begin, end) : forwardWide<false>(p, begin, end);
}

template <bool kRelu>
void inputGradientBehind(const DenseInputGradient& p, int begin, int end) {
  const int tiles = tilesOf(p.batch);
  const size_t panelSize = static_cast<size_t>(p.outputs) * kPanel;
  const auto work = [&](int group, int tile) {
    const int index = group * Simd::kPanels, count = panelsFrom(index, p.panels), next = index + count;
    const int panel = p.firstPanel + index, rows = tileRowsAt(tile, p.batch);
    const float* weight = p.transposed + panel * panelSize;
    const size_t first = static_cast<size_t>(tile) * Simd::kRows;
    const float* x = p.x + first * p.xStride + panel * kPanel;
    float* dx = p.dx + first * p.dxStride + panel * kPanel;
    prefetchForWriting(dx, p.dxStride, rows, count);
    if (p.mask != Activation::linear)
      for (int m = 0; m < rows; ++m)
        for (int of = 0; of < count; ++of)
          __builtin_prefetch(x + static_cast<size_t>(m) * p.xStride + of * kPanel);
    const PanelFetch fetch(p.transposed + (p.firstPanel + next) * panelSize, panelsFrom(next, p.panels) * p.outputs,
                           tile, tiles, p.outputs);
    multiplyGroup(
        count, rows, p.dy + first * p.dyStride, p.dyStride, 1, weight, kPanel, panelSize, p.outputs, kZero,
        [&](int m, int of, int at, Vector value) FORAGER_INLINE {
          float* to = dx + static_cast<size_t>(m) * p.dxStride + of * kPanel + at;
          if (kRelu || p.mask == Activation::tanh) {
            const Vector f = Simd::load(x + static_cast<size_t>(m) * p.xStride + of * kPanel + at);
            value = kRelu ? Simd::positive(f, value)
                          : Simd::fma(Simd::mul(f, Simd::broadcast(-1.0f)), Simd::mul(f, value), value);
          }
          if (p.accumulate) value = Simd::add(value, Simd::load(to));
          Simd::store(to, value);
        },
        fetch);
  };
  // With few outputs a tile is little more than its dx, which is best written row by row.
  if (p.outputs <= kNarrow)
    eachTile(begin, end, groupsOf(p.panels), [&](int tile, int group) { work(group, tile); });
  else
    eachTile(begin, end, tiles, work);
}

void inputGradient(const DenseInputGradient& p, int begin, int end) {
  p.mask == Activation::relu ? inputGradientBehind<true>(p, begin, end) : inputGradientBehind<false>(p, begin, end);
}

// Σ dy, the gradient of the bias of one panel, in four sums that do not wait for each other.
template <class Finish>
FORAGER_INLINE inline void biasGradient(const float* dy, size_t stride, int batch, const Finish& finish) {
  constexpr int kSums = 4;
  Vector sum[kSums][kLanes];
  for (auto& row : sum)
    for (Vector& lane : row) lane = Simd::broadcast(0.0f);
  int r = 0;
  for (; r + kSums <= batch; r += kSums)
#pragma GCC unroll 4
    for (int i = 0; i < kSums; ++i)
#pragma GCC unroll 4
      for (int l = 0; l < kLanes; ++l)
        sum[i][l] = Simd::add(sum[i][l], Simd::load(dy + (r + i) * stride + l * Simd::kWidth));
  for (; r < batch; ++r)
    for (int l = 0; l < kLanes; ++l) sum[0][l] = Simd::add(sum[0][l], Simd::load(dy + r * stride + l * Simd::kWidth));
  for (int l = 0; l < kLanes; ++l)
    finish(l * Simd::kWidth, Simd::add(Simd::add(sum[0][l], sum[1][l]), Simd::add(sum[2][l], sum[3][l])));
}

void weightGradient(const DenseWeightGradient& p, int begin, int end) {
  const int tiles = tilesOf(p.inputs) + 1, panels = panelsOf(p.outputs);  // the last tile is the bias
  const size_t panelSize = (static_cast<size_t>(p.inputs) + 1) * kPanel;
  const auto put = [&](float* to, Vector value) FORAGER_INLINE {
    Simd::store(to, p.accumulate ? Simd::add(value, Simd::load(to)) : value);
  };
  eachTile(begin, end, tiles, [&](int group, int tile) {
    const int panel = group * Simd::kPanels, count = panelsFrom(panel, panels);
    const float* dy = p.dy + panel * kPanel;
    const int first = std::min(tile * Simd::kRows, p.inputs);
    float* gradient = p.gradient + panel * panelSize + static_cast<size_t>(first) * kPanel;
    if (tile == tiles - 1) {
      gradient = p.gradient + panel * panelSize + static_cast<size_t>(p.inputs) * kPanel;
      for (int of = 0; of < count; ++of)
        biasGradient(dy + of * kPanel, p.dyStride, p.batch, [&](int at, Vector value) FORAGER_INLINE {
          put(gradient + of * panelSize + at, value);
        });
    } else {
      multiplyGroup(
          count, tileRowsAt(tile, p.inputs), p.x + first, 1, p.xStride, dy, p.dyStride, kPanel, p.batch, kZero,
          [&](int m, int of, int at, Vector value) FORAGER_INLINE {
            put(gradient + of * panelSize + m * kPanel + at, value);
          },
          kNoFetch);
    }
  });
}

// The constants of a step in registers. With u = v / (1 - beta2^t) the step divides by sqrt(u) + epsilon; the tiny
// number under the root, far below epsilon squared, spares the estimates a zero.
struct AdamVectors {
  explicit AdamVectors(const AdamStep& s)
      : rest1(Simd::broadcast(1 - s.beta1)),
        rest2(Simd::broadcast(1 - s.beta2)),
        correction(Simd::broadcast(s.secondCorrection * s.secondCorrection)),
        tiny(Simd::broadcast(1e-30f)),
        epsilon(Simd::broadcast(s.epsilon)),
        descent(Simd::broadcast(-s.stepSize)) {}
  Vector rest1, rest2, correction, tiny, epsilon, descent;
};

// m += (1 - beta1) (g - m), v += (1 - beta2) (g² - v), w -= step m / (sqrt(u) + epsilon)
template <int kVectors>
FORAGER_INLINE inline void adamRow(float* w, const float* g, float* m, float* v, const AdamVectors& s) {
#pragma GCC unroll 4
  for (int l = 0; l < kVectors; ++l) {
    const int at = l * Simd::kWidth;
    const Vector gradient = Simd::load(g + at), m0 = Simd::load(m + at), v0 = Simd::load(v + at);
    const Vector first = Simd::fma(s.rest1, Simd::sub(gradient, m0), m0);
    const Vector second = Simd::fma(s.rest2, Simd::fms(gradient, gradient, v0), v0);
    const Vector root = Simd::sqrt(Simd::fma(s.correction, second, s.tiny));
    Simd::store(m + at, first);
    Simd::store(v + at, second);
    const Vector change = Simd::div(Simd::mul(s.descent, first), Simd::add(root, s.epsilon));
    Simd::store(w + at, Simd::add(Simd::load(w + at), change));
  }
}

// `rows` rows of a panel of a layer; columns that the layer has not are left alone where that saves vectors.
void adamRows(const AdamLayer& p, const float* gradient, size_t at, int rows, const AdamVectors& s) {
  const auto each = [&](auto row) FORAGER_INLINE {
    for (int i = 0; i < rows * kPanel; i += kPanel)
      row(p.weight + at + i, gradient + i, p.first + at + i, p.second + at + i, s);
  };
  if (p.outputs <= Simd::kWidth)
    each([](auto... x) FORAGER_INLINE { adamRow<1>(x...); });
  else
    each([](auto... x) FORAGER_INLINE { adamRow<kLanes>(x...); });
}

// Where the transposed weights of kPanel inputs from firstInput on and a panel of outputs are.
inline float* transposedRow(const AdamLayer& p, int panel, int firstInput) {
  return p.transposed + (static_cast<size_t>(firstInput / kPanel) * p.outputs + panel * kPanel) * kPanel;
}

// Copies the weights of up to kPanel inputs (rows of `from`) to their place in the transposed panels.
inline void writeTransposed(const AdamLayer& p, int panel, int firstInput) {
  if (p.transposed == nullptr) return;
  const float* from = p.weight + (static_cast<size_t>(panel) * (p.inputs + 1) + firstInput) * kPanel;
  float* to = transposedRow(p, panel, firstInput);
  const int outputs = std::min(kPanel, p.outputs - panel * kPanel), inputs = std::min(kPanel, p.inputs - firstInput);
  if (outputs == kPanel && inputs == kPanel) {
    Simd::transpose(from, to);
    return;
  }
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) to[o * kPanel + i] = from[i * kPanel + o];
}

void adam(const AdamLayer& p, const AdamStep& step, int begin, int end) {
  const AdamVectors s(step);
  const int blocks = panelsOf(p.inputs);
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / blocks, block = unit % blocks;
    const size_t base = static_cast<size_t>(panel) * (p.inputs + 1) * kPanel;
    const int first = block * kPanel;
    const int last = block == blocks - 1 ? p.inputs : first + kPanel - 1;  // the last block takes the bias with it
    const size_t at = base + static_cast<size_t>(first) * kPanel;
    adamRows(p, p.gradient + at, at, last - first + 1, s);
    writeTransposed(p, panel, first);
  }
}

// A block of a layer, one panel behind the other: kStepRows inputs and, behind them, a bias.
constexpr size_t kBlockPanel = static_cast<size_t>(kStepRows + 1) * kPanel;

// The gradient of `inputs` inputs from `first` on and a group of panels of outputs; calls fetchRow(row) once for each
// row on the way.
template <class FetchRow>
FORAGER_INLINE inline void gradientBlock(const DenseWeightGradient& p, int panel, int panels, int first, int inputs,
                                         float* gradient, const FetchRow& fetchRow) {
  const int groups = (p.batch + kFetchSteps - 1) / kFetchSteps, each = (Simd::kRows + groups - 1) / groups;
  for (int i = 0; i < inputs; i += Simd::kRows) {
    float* to = gradient + i * kPanel;
    const int rows = std::min(Simd::kRows, inputs - i);
    multiplyGroup(
        panels, rows, p.x + first + i, 1, p.xStride, p.dy + panel * kPanel, p.dyStride, kPanel, p.batch, kZero,
        [&](int m, int of, int at, Vector value) FORAGER_INLINE {
          Simd::store(to + of * kBlockPanel + m * kPanel + at, value);
        },
        [&](int group) FORAGER_INLINE {
          for (int row = group * each; row < std::min(rows, (group + 1) * each); ++row) fetchRow(i + row);
        });
  }
}

void weightStep(const DenseWeightGradient& p, const AdamLayer& layer, const AdamStep& step, int begin, int end) {
  alignas(64) float gradient[Simd::kPanels * kBlockPanel] = {};
  const AdamVectors s(step);
  const int blocks = (p.inputs + kStepRows - 1) / kStepRows, panels = panelsOf(p.outputs);
  const size_t panelSize = (static_cast<size_t>(p.inputs) + 1) * kPanel;
  for (int unit = begin; unit < end; ++unit) {
    const int panel = unit / blocks * Simd::kPanels, count = panelsFrom(panel, panels);
    const int block = unit % blocks, first = block * kStepRows;
    const int inputs = std::min(kStepRows, p.inputs - first);
    const int rows = inputs + (block == blocks - 1 ? 1 : 0);  // the last block takes the bias with it
    const size_t base = panel * panelSize + static_cast<size_t>(first) * kPanel;
    if (p.outputs <= Simd::kRows)
      gradientNarrow(p, first, inputs, gradient);
    else
      gradientBlock(p, panel, count, first, inputs, gradient, [&](int row) FORAGER_INLINE {
        for (int of = 0; of < count; ++of) {
          const size_t at = base + of * panelSize + row * kPanel;
          __builtin_prefetch(layer.weight + at, 1);
          __builtin_prefetch(layer.first + at, 1);
          __builtin_prefetch(layer.second + at, 1);
          if (layer.transposed != nullptr)
            __builtin_prefetch(
                transposedRow(layer, panel + of, first + row / kPanel * kPanel) + row % kPanel * kPanel, 1);
        }
      });
    for (int of = 0; of < count; ++of) {
      float* const from = gradient + of * kBlockPanel;
      if (rows > inputs)
        biasGradient(p.dy + (panel + of) * kPanel, p.dyStride, p.batch, [&](int at, Vector value) FORAGER_INLINE {
          Simd::store(from + inputs * kPanel + at, value);
        });
      adamRows(layer, from, base + of * panelSize, rows, s);
      for (int i = 0; i < inputs; i += kPanel) writeTransposed(layer, panel + of, first + i);
    }
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
  return {name, Simd::kRows, Simd::kPanels, forward, inputGradient, weightGradient, adam, weightStep, average, multiplyAddRun};
}

}  // namespace
}  // namespace forager
