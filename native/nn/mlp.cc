#include "nn/mlp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace forager {

namespace {

// Index of the weight from input i (i = inputs: the bias) to output o.
size_t indexOf(int inputs, int i, int o) {
  return (static_cast<size_t>(o / kPanel) * (static_cast<size_t>(inputs) + 1) + i) * kPanel + o % kPanel;
}

}  // namespace

void packWeights(const LayerValues& layer, float* weight) {
  for (int o = 0; o < layer.outputs; ++o) {
    for (int i = 0; i < layer.inputs; ++i)
      weight[indexOf(layer.inputs, i, o)] = layer.weight[static_cast<size_t>(o) * layer.inputs + i];
    weight[indexOf(layer.inputs, layer.inputs, o)] = layer.bias[o];
  }
}

void unpackWeights(const float* weight, LayerValues& layer) {
  layer.weight.clear();
  layer.bias.clear();
  for (int o = 0; o < layer.outputs; ++o) {
    for (int i = 0; i < layer.inputs; ++i) layer.weight.push_back(weight[indexOf(layer.inputs, i, o)]);
    layer.bias.push_back(weight[indexOf(layer.inputs, layer.inputs, o)]);
  }
}

void Adam::advance() {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
  ++steps_;
  const double t = static_cast<double>(steps_);
  double rate = learningRate_;
  if (horizon_ > 0) {
    constexpr double kPi = 3.14159265358979323846;
    rate *= (1 + std::cos(kPi * std::min(1.0, (t - 1) / static_cast<double>(horizon_)))) / 2;
  }
  step_ = {static_cast<float>(kBeta1), static_cast<float>(kBeta2),
           static_cast<float>(rate / (1 - std::pow(kBeta1, t))),
           static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, t))), 1e-8f};
}

Mlp::Mlp(Arena& saved, Arena& scratch, const std::vector<int>& sizes, Activation output, bool trained)
    : trained_(trained) {
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    Layer layer{};
    layer.inputs = sizes[i];
    layer.outputs = sizes[i + 1];
    layer.activation = i + 2 == sizes.size() ? output : Activation::relu;
    layer.weight = saved.floats(layer.size());
    if (trained) {
      layer.first = saved.floats(layer.size());
      layer.second = saved.floats(layer.size());
      layer.gradient = scratch.floats(layer.size());
      layer.transposed = scratch.floats(transposedSize(layer.inputs, layer.outputs));
    }
    layers_.push_back(layer);
  }
}

void Mlp::initialize(RandomStream& random) {
  for (const Layer& layer : layers_) {
    const float bound = static_cast<float>(1 / std::sqrt(static_cast<double>(layer.inputs)));
    for (int o = 0; o < layer.outputs; ++o)
      for (int i = 0; i <= layer.inputs; ++i)  // the bias is the last row
        layer.weight[indexOf(layer.inputs, i, o)] = random.uniform(-bound, bound);
  }
  loaded();
}

namespace {

// `rows` orthonormal vectors of `columns` numbers, rows <= columns: Gram and Schmidt on normal numbers, twice for
// precision.
std::vector<double> orthonormalRows(RandomStream& random, int rows, int columns) {
  std::vector<float> drawn(static_cast<size_t>(rows) * columns);
  random.normal(drawn.data(), drawn.size());
  std::vector<double> basis(drawn.begin(), drawn.end());
  for (int r = 0; r < rows; ++r) {
    double* row = &basis[static_cast<size_t>(r) * columns];
    for (int pass = 0; pass < 2; ++pass)
      for (int other = 0; other < r; ++other) {
        const double* against = &basis[static_cast<size_t>(other) * columns];
        double along = 0;
        for (int c = 0; c < columns; ++c) along += row[c] * against[c];
        for (int c = 0; c < columns; ++c) row[c] -= along * against[c];
      }
    double length = 0;
    for (int c = 0; c < columns; ++c) length += row[c] * row[c];
    for (int c = 0; c < columns; ++c) row[c] /= std::sqrt(length);
  }
  return basis;
}

}  // namespace

void Mlp::initializeOrthogonal(RandomStream& random, double gain, double lastGain) {
  for (const Layer& layer : layers_) {
    const double scale = &layer == &layers_.back() ? lastGain : gain;
    const bool wide = layer.inputs >= layer.outputs;
    const int rows = wide ? layer.outputs : layer.inputs, columns = wide ? layer.inputs : layer.outputs;
    const std::vector<double> basis = orthonormalRows(random, rows, columns);
    for (int o = 0; o < layer.outputs; ++o) {
      for (int i = 0; i < layer.inputs; ++i)
        layer.weight[indexOf(layer.inputs, i, o)] = static_cast<float>(
            scale * basis[static_cast<size_t>(wide ? o : i) * columns + (wide ? i : o)]);
      layer.weight[indexOf(layer.inputs, layer.inputs, o)] = 0;
    }
  }
  loaded();
}

void Mlp::fillXavier(const Layer& layer, RandomStream& random, double gain) {
  const float bound = static_cast<float>(gain * std::sqrt(6.0 / (layer.inputs + layer.outputs)));
  for (int o = 0; o < layer.outputs; ++o) {
    for (int i = 0; i < layer.inputs; ++i) layer.weight[indexOf(layer.inputs, i, o)] = random.uniform(-bound, bound);
    layer.weight[indexOf(layer.inputs, layer.inputs, o)] = 0;
  }
}

void Mlp::initializeXavier(RandomStream& random, double gain, double lastGain) {
  for (const Layer& layer : layers_) fillXavier(layer, random, &layer == &layers_.back() ? lastGain : gain);
  loaded();
}

void Mlp::initializeLastXavier(RandomStream& random, double gain) {
  fillXavier(layers_.back(), random, gain);
  loaded();
}

void Mlp::copyFrom(const Mlp& other) {
  for (size_t l = 0; l < layers_.size(); ++l)
    std::memcpy(layers_[l].weight, other.layers_[l].weight, layers_[l].size() * sizeof(float));
  loaded();
}

void Mlp::loaded() {
  for (const Layer& layer : layers_)
    if (layer.transposed != nullptr) transposeWeights(layer.weight, layer.transposed, layer.inputs, layer.outputs);
}

namespace {

// A pass of many rows goes in blocks of rows, each through all layers at once: what a layer writes is still in the
// core's cache when the next one reads it.
constexpr int kBlockRows = 96;  // a multiple of every tile height
constexpr int kManyRows = 16 * kBlockRows;

int blocksOf(int rows) { return (rows + kBlockRows - 1) / kBlockRows; }
int blockSize(int block, int rows) { return std::min(kBlockRows, rows - block * kBlockRows); }

Tape::Buffers buffersOf(const std::vector<Tensor>& tensors, float* Tensor::* which) {
  Tape::Buffers out;
  for (const Tensor& tensor : tensors) out.push_back(tensor.*which);
  return out;
}

}  // namespace

Tensor Mlp::forward(Tape& tape, const Tensor& input, Gradients gradients) {
  const KernelTable& k = kernels();
  std::vector<Tensor> values{input};
  std::vector<DenseForward> steps;
  for (const Layer& layer : layers_) {
    const Tensor& x = values.back();
    const Tensor y = makeTensor(tape.scratch(), x.rows, layer.outputs);
    steps.push_back({x.data, x.stride, layer.weight, y.data, y.stride, x.rows, layer.inputs, layer.outputs,
                     layer.activation});
    tape.count(2.0 * x.rows * layer.inputs * layer.outputs);
    values.push_back(y);
  }
  if (input.rows >= kManyRows) {
    recordForwardInBlocks(tape, values, steps);
  } else {
    for (const DenseForward& work : steps)
      tape.add(k.forwardUnits(work.batch, work.outputs), k.forwardCost(work.inputs, work.outputs),
               {work.x, work.weight}, {work.y}, [work, &k](int begin, int end) { k.forward(work, begin, end); });
  }
  const bool weights = gradients == Gradients::weights;
  if (gradients == Gradients::none || (!weights && !input.wantsGradient())) return values.back();
  values.back().gradientFrom = 0;
  tape.onBackward([this, &tape, values, weights] { recordBackward(tape, values, weights); });
  return values.back();
}

void Mlp::recordForwardInBlocks(Tape& tape, const std::vector<Tensor>& values, std::vector<DenseForward> steps) const {
  const KernelTable& k = kernels();
  const int rows = values.front().rows;
  Tape::Buffers reads{values.front().data}, writes = buffersOf(values, &Tensor::data);
  writes.erase(writes.begin());
  double cost = 0;
  for (const DenseForward& step : steps) {
    reads.push_back(step.weight);
    cost += static_cast<double>(kBlockRows) * step.inputs * step.outputs;
  }
  tape.add(blocksOf(rows), cost, std::move(reads), std::move(writes),
           [steps = std::move(steps), rows, &k](int begin, int end) {
             for (int block = begin; block < end; ++block)
               for (DenseForward step : steps) {
                 step.x += static_cast<size_t>(block) * kBlockRows * step.xStride;
                 step.y += static_cast<size_t>(block) * kBlockRows * step.yStride;
                 step.batch = blockSize(block, rows);
                 k.forward(step, 0, k.forwardUnits(step.batch, step.outputs));
               }
           });
}

void Mlp::recordBackward(Tape& tape, const std::vector<Tensor>& values, bool weights) {
  const KernelTable& k = kernels();
  if (layers_.back().activation == Activation::tanh) {
    const Tensor y = values.back();
    tape.add({y.data}, {y.gradient}, [y] {
      for (int r = 0; r < y.rows; ++r)
        for (int c = 0; c < y.columns; ++c) y.gradientRow(r)[c] *= 1 - y.row(r)[c] * y.row(r)[c];
    });
  }
  std::vector<DenseInputGradient> steps;  // from the last layer to the first
  for (size_t l = layers_.size(); l-- > 0;) {
    Layer& layer = layers_[l];
    const Tensor &x = values[l], &y = values[l + 1];
    if (weights) addPass(tape, layer, x, y);
    if (l == 0 && !x.wantsGradient()) continue;
    const int first = l == 0 ? x.gradientFrom / kPanel : 0, panels = panelsOf(layer.inputs) - first;
    tape.count(2.0 * x.rows * (layer.inputs - (l == 0 ? x.gradientFrom : 0)) * layer.outputs);
    const Activation mask = l == 0 ? Activation::linear : layers_[l - 1].activation;
    steps.push_back({y.gradient, y.stride,      layer.transposed,
                     x.gradient, x.stride,      x.data,
                     x.stride,   mask,          !tape.firstGradient(x.gradient),
                     x.rows,     layer.outputs, first,
                     panels});
  }
  if (values.front().rows >= kManyRows) {
    recordBackwardInBlocks(tape, std::move(steps));
    return;
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    const DenseInputGradient work = steps[i];
    tape.add(k.inputGradientUnits(work.batch, work.panels), k.inputGradientCost(work.panels, work.outputs),
             {work.dy, layers_[layers_.size() - 1 - i].weight, work.x}, {work.dx},
             [work, &k](int begin, int end) { k.inputGradient(work, begin, end); });
  }
}

void Mlp::recordBackwardInBlocks(Tape& tape, std::vector<DenseInputGradient> steps) const {
  if (steps.empty()) return;
  const KernelTable& k = kernels();
  const int rows = steps.front().batch;
  Tape::Buffers reads{steps.front().dy}, writes;
  double cost = 0;
  for (const Layer& layer : layers_) reads.push_back(layer.weight);
  for (const DenseInputGradient& step : steps) {
    reads.push_back(step.x);
    writes.push_back(step.dx);
    cost += static_cast<double>(kBlockRows) * step.panels * kPanel * step.outputs;
  }
  tape.add(blocksOf(rows), cost, std::move(reads), std::move(writes),
           [steps = std::move(steps), rows, &k](int begin, int end) {
             for (int block = begin; block < end; ++block)
               for (DenseInputGradient step : steps) {
                 const size_t first = static_cast<size_t>(block) * kBlockRows;
                 step.dy += first * step.dyStride;
                 step.dx += first * step.dxStride;
                 step.x += first * step.xStride;
                 step.batch = blockSize(block, rows);
                 k.inputGradient(step, 0, k.inputGradientUnits(step.batch, step.panels));
               }
           });
}

// A weight gradient that is still to be recorded; of many rows one for each block.
void Mlp::addPass(Tape& tape, Layer& layer, const Tensor& x, const Tensor& y) {
  tape.count(2.0 * x.rows * layer.inputs * layer.outputs);
  const bool many = x.rows >= kManyRows;
  for (int block = 0; block < (many ? blocksOf(x.rows) : 1); ++block)
    layer.passes.push_back({{x.row(block * kBlockRows), x.stride, y.gradientRow(block * kBlockRows), y.stride,
                             layer.gradient, !layer.passes.empty(), many ? blockSize(block, x.rows) : x.rows,
                             layer.inputs, layer.outputs},
                            {x.data, y.gradient}});
}

void Mlp::recordGradients(Tape& tape) {
  const KernelTable& k = kernels();
  for (Layer& layer : layers_) {
    for (const auto& [work, reads] : layer.passes)
      tape.add(k.weightGradientUnits(layer.inputs, layer.outputs),
               k.weightGradientCost(work.batch, layer.outputs), reads, {layer.gradient},
               [work = work, &k](int begin, int end) { k.weightGradient(work, begin, end); });
    layer.passes.clear();
  }
}

void Mlp::recordNormLimit(Tape& tape, std::vector<Mlp*> networks, float maximum, double& norm) {
  std::vector<std::pair<float*, size_t>> gradients;
  Tape::Buffers buffers;
  for (const Mlp* network : networks)
    for (const Layer& layer : network->layers_) {
      gradients.emplace_back(layer.gradient, layer.size());
      buffers.push_back(layer.gradient);
    }
  Tape::Buffers written = buffers;
  written.push_back(&norm);
  tape.add(std::move(buffers), std::move(written), [gradients = std::move(gradients), maximum, &norm] {
    std::array<double, kPanel> squares{};  // side by side, for a single sum waits for itself
    for (const auto& [gradient, size] : gradients)
      for (size_t i = 0; i < size; i += kPanel)
        for (size_t c = 0; c < kPanel; ++c) squares[c] += double{gradient[i + c]} * gradient[i + c];
    norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
    if (norm <= maximum) return;
    const float factor = static_cast<float>(maximum / norm);
    for (const auto& [gradient, size] : gradients)
      for (size_t i = 0; i < size; ++i) gradient[i] *= factor;
  });
}

void Mlp::recordAdam(Tape& tape, const Adam& adam) {
  const KernelTable& k = kernels();
  const bool once = !keepsGradients_ && std::all_of(layers_.begin(), layers_.end(), [](const Layer& layer) {
    return layer.passes.size() == 1;
  });
  if (!once) recordGradients(tape);  // several passes add up before the step
  for (Layer& layer : layers_) {
    const AdamLayer step{layer.weight,     layer.gradient, layer.first,  layer.second,
                         layer.transposed, layer.inputs,   layer.outputs};
    if (once) {
      const DenseWeightGradient work = layer.passes.front().work;
      tape.add(k.weightStepUnits(layer.inputs, layer.outputs),
               k.weightStepCost(work.batch, layer.inputs, layer.outputs), {work.x, work.dy, &adam},
               {layer.weight},
               [work, step, &adam, &k](int begin, int end) { k.weightStep(work, step, adam.step(), begin, end); });
      layer.passes.clear();
    } else {
      tape.add(KernelTable::adamUnits(layer.inputs, layer.outputs), kPanel * kPanel * KernelTable::kAdamCost,
               {layer.gradient, &adam}, {layer.weight},
               [step, &adam, &k](int begin, int end) { k.adam(step, adam.step(), begin, end); });
    }
  }
}

void recordAdam(Tape& tape, Adam& adam, std::initializer_list<Mlp*> networks) {
  tape.add({}, {&adam}, [&adam] { adam.advance(); });
  for (Mlp* network : networks) network->recordAdam(tape, adam);
}

void Mlp::recordAverage(Tape& tape, const Mlp& source, float rate) {
  constexpr int kChunk = 4096;
  const KernelTable& k = kernels();
  for (size_t l = 0; l < layers_.size(); ++l) {
    float* target = layers_[l].weight;
    const float* from = source.layers_[l].weight;
    const int size = static_cast<int>(layers_[l].size()), chunks = (size + kChunk - 1) / kChunk;
    tape.add(chunks, kChunk * 6, {from}, {target}, [=, &k](int begin, int end) {
      const int first = begin * kChunk, last = end == chunks ? size : end * kChunk;
      k.average(target + first, from + first, static_cast<size_t>(last - first), rate);
    });
  }
}

std::vector<LayerValues> Mlp::unpacked(float* Layer::* which) const {
  std::vector<LayerValues> out;
  for (const Layer& layer : layers_) {
    out.push_back({layer.inputs, layer.outputs, layer.activation, {}, {}});
    unpackWeights(layer.*which, out.back());
  }
  return out;
}

std::vector<LayerValues> Mlp::values() const { return unpacked(&Layer::weight); }

std::vector<LayerValues> Mlp::gradients() const { return unpacked(&Layer::gradient); }

size_t Mlp::parameters() const {
  size_t total = 0;
  for (const Layer& layer : layers_) total += (static_cast<size_t>(layer.inputs) + 1) * layer.outputs;
  return total;
}

}  // namespace forager
