#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace forager {

// The arithmetic of dense layers, compiled once per instruction set and chosen at run time.
//
// Layouts. Activations are row-major [batch, stride] with stride >= columns rounded up to a panel; columns past the
// last one are zero. Weights are in panels of kPanel outputs: panel p holds rows 0..inputs of kPanel floats, row i <
// inputs the weights of input i, row `inputs` the bias. `transposed` holds panels of kPanel inputs: row o of panel q
// holds the weights from those inputs to output o. With both, no product packs anything.
//
// Work is counted in units (one tile of one product); any range of units may run on any thread with the same result,
// because every sum is taken by one thread in one order.
inline constexpr int kPanel = 16;
inline constexpr int kStepRows = 48;  // a multiple of kPanel and of every tile height

enum class Activation : int { linear = 0, relu = 1, tanh = 2 };

inline int panelsOf(int columns) { return (columns + kPanel - 1) / kPanel; }

// An odd number of panels, so that the rows of a column do not fall on the same cache sets.
inline int strideOf(int columns) { return kPanel * (panelsOf(columns) | 1); }

inline size_t weightSize(int inputs, int outputs) {
  return static_cast<size_t>(panelsOf(outputs)) * (static_cast<size_t>(inputs) + 1) * kPanel;
}
inline size_t transposedSize(int inputs, int outputs) {
  return static_cast<size_t>(panelsOf(inputs)) * static_cast<size_t>(outputs) * kPanel;
}

// y = f(x W + b); x [batch, inputs], y [batch, outputs]
struct DenseForward {
  const float* x;
  int xStride;
  const float* weight;
  float* y;
  int yStride;
  int batch, inputs, outputs;
  Activation activation;
};

// dx = (dy Wᵀ) ∘ f'(x); dx [batch, inputs]. x is the output of the activation `mask`; linear means no factor.
struct DenseInputGradient {
  const float* dy;
  int dyStride;
  const float* transposed;
  float* dx;
  int dxStride;
  const float* x;
  int xStride;
  Activation mask;
  bool accumulate;  // dx += instead of dx =
  int batch, outputs;
  int firstPanel, panels;  // of the inputs
};

// dW = xᵀ dy, db = Σ dy, in the panel layout
struct DenseWeightGradient {
  const float* x;
  int xStride;
  const float* dy;
  int dyStride;
  float* gradient;
  bool accumulate;
  int batch, inputs, outputs;
};

// Adam (Kingma and Ba 2015, algorithm 1) on one layer; units are blocks of kPanel inputs by kPanel outputs.
struct AdamLayer {
  float* weight;
  const float* gradient;
  float* first;  // moments
  float* second;
  float* transposed;  // also written, so that input gradients see the new weights; null when never needed
  int inputs, outputs;
};
struct AdamStep {
  float beta1, beta2;
  float stepSize;          // lr / (1 - beta1^t)
  float secondCorrection;  // 1 / sqrt(1 - beta2^t)
  float epsilon;
};

struct KernelTable {
  const char* name;
  int tileRows, tilePanels;
  void (*forward)(const DenseForward&, int begin, int end);
  void (*inputGradient)(const DenseInputGradient&, int begin, int end);
  void (*weightGradient)(const DenseWeightGradient&, int begin, int end);
  void (*adam)(const AdamLayer&, const AdamStep&, int begin, int end);
  // The weight gradient of a layer and its Adam step in one go: the gradient never leaves the cache, and the weights
  // and moments are fetched while it is computed. Units are kStepRows inputs by tilePanels panels of outputs. p.gradient is not used.
  void (*weightStep)(const DenseWeightGradient& p, const AdamLayer&, const AdamStep&, int begin, int end);
  // target += tau (source - target)
  void (*average)(float* target, const float* source, size_t count, float tau);
  // Multiply-adds without memory, the limit of everything here; returns the operations done (a multiply-add is two).
  double (*multiplyAddRun)(int rounds);

  int rowTiles(int rows) const { return (rows + tileRows - 1) / tileRows; }
  int panelGroups(int panels) const { return (panels + tilePanels - 1) / tilePanels; }
  int forwardUnits(int batch, int outputs) const { return rowTiles(batch) * panelGroups(panelsOf(outputs)); }
  int inputGradientUnits(int batch, int panels) const { return rowTiles(batch) * panelGroups(panels); }
  // What a unit costs, in multiply-adds of a large product: a tile with few steps costs what it reads and writes.
  double forwardCost(int inputs, int outputs) const {
    return static_cast<double>(tileRows) *
           (outputs <= kPanel / 2 ? inputs * (outputs + 6) : columnsOf(outputs) * (inputs + 10));
  }
  double inputGradientCost(int panels, int outputs) const {
    return static_cast<double>(tileRows) * columnsOf(panels * kPanel) * (outputs + 30);
  }
  int weightGradientUnits(int inputs, int outputs) const {
    return (rowTiles(inputs) + 1) * panelGroups(panelsOf(outputs));
  }
  double weightGradientCost(int batch, int outputs) const {
    return static_cast<double>(tileRows) * columnsOf(outputs) * batch;
  }
  int weightStepUnits(int inputs, int outputs) const {
    return (inputs + kStepRows - 1) / kStepRows * panelGroups(panelsOf(outputs));
  }
  double weightStepCost(int batch, int inputs, int outputs) const {
    return std::min(kStepRows, inputs) * columnsOf(outputs) * (batch + kAdamCost);
  }
  static int adamUnits(int inputs, int outputs) { return panelsOf(inputs) * panelsOf(outputs); }

  static constexpr double kAdamCost = 20;  // of one weight, measured against a multiply-add of the products

 private:
  // Of an average tile in a product with so many columns.
  double columnsOf(int columns) const {
    const int panels = panelsOf(columns);
    return kPanel * static_cast<double>(panels) / panelGroups(panels);
  }
};

// The table in use: the fastest this processor can run unless selectKernels said otherwise.
const KernelTable& kernels();
// For tests and comparisons; what is recorded already keeps its table. False when this processor cannot run it.
bool selectKernels(std::string_view name);
// All tables this processor can run, portable first.
const std::vector<const KernelTable*>& allKernels();

// Fills `transposed` from `weight`.
void transposeWeights(const float* weight, float* transposed, int inputs, int outputs);

}  // namespace forager
