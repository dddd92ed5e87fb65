// Compares every kernel that this processor can run with a reference in double precision, over many shapes, and prints
// the worst error of each. Exit code 1 when one is beyond its tolerance. Stands alone, so that it also runs where Node
// does not: on another architecture under emulation.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "nn/kernels.h"

namespace {

using namespace forager;
using Values = std::vector<float>;

// Worst error of each kernel; sums count relative to the sum of the magnitudes of their terms.
std::map<std::string, double> worst;
bool failed = false;

void compare(const char* kernel, double actual, double expected, double magnitude, double tolerance) {
  const double error = actual == expected ? 0 : std::abs(actual - expected) / std::max(magnitude, 1e-30);
  double& largest = worst[kernel];
  if (!(error <= largest)) largest = error;
  if (error <= tolerance) return;
  if (!failed) std::printf("%s: %.9g instead of %.9g\n", kernel, actual, expected);
  failed = true;
}

constexpr double kSum = 5e-7;  // of a sum, relative to the magnitudes of its terms

// U(-1, 1), a 32-bit xorshift
float draw() {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return static_cast<float>(state) * 0x1p-31f - 1;
}

// Aligned to a cache line, as arenas are.
class Matrix {
 public:
  Matrix(int rows, int columns, bool filled) : columns_(columns), stride_(strideOf(columns)) {
    storage_.resize(static_cast<size_t>(rows) * stride_ + 16, 0.0f);
    offset_ = (64 - reinterpret_cast<uintptr_t>(storage_.data()) % 64) / 4 % 16;
    if (!filled) return;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) at(r, c) = draw();
  }
  float* data() { return storage_.data() + offset_; }
  int stride() const { return stride_; }
  float& at(int r, int c) { return data()[static_cast<size_t>(r) * stride_ + c]; }
  bool paddingIsZero(int rows) {
    for (int r = 0; r < rows; ++r)
      for (int c = columns_; c < stride_; ++c)
        if (at(r, c) != 0) return false;
    return true;
  }

 private:
  Values storage_;
  size_t offset_ = 0;
  int columns_, stride_;
};

size_t weightAt(int inputs, int i, int o) {  // i = inputs: the bias
  return (static_cast<size_t>(o / kPanel) * (inputs + 1) + i) * kPanel + o % kPanel;
}

// A layer in panels, with drawn weights where the layer has them and zeros elsewhere.
Values drawLayer(int inputs, int outputs, float scale, bool positive = false) {
  Values out(weightSize(inputs, outputs), 0.0f);
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i <= inputs; ++i)
      out[weightAt(inputs, i, o)] = scale * (positive ? std::abs(draw()) : draw());
  return out;
}

// Runs the units in pieces of different sizes, the way threads share them.
template <class Run>
void inPieces(int units, Run run) {
  for (int begin = 0, step = 1; begin < units; begin += step, step = step % 7 + 1)
    run(begin, std::min(units, begin + step));
}

void checkForward(const KernelTable& k, int batch, int inputs, int outputs, Activation activation) {
  Matrix x(batch, inputs, true), y(batch, outputs, false);
  const Values weight = drawLayer(inputs, outputs, 1 / std::sqrt(static_cast<float>(inputs)));
  const DenseForward work{x.data(), x.stride(), weight.data(), y.data(), y.stride(), batch, inputs, outputs, activation};
  inPieces(k.forwardUnits(batch, outputs), [&](int b, int e) { k.forward(work, b, e); });
  for (int r = 0; r < batch; ++r)
    for (int o = 0; o < outputs; ++o) {
      double sum = weight[weightAt(inputs, inputs, o)], magnitude = std::abs(sum);
      for (int i = 0; i < inputs; ++i) {
        const double term = double{x.at(r, i)} * weight[weightAt(inputs, i, o)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double f = activation == Activation::relu ? std::max(sum, 0.0)
                       : activation == Activation::tanh ? std::tanh(sum) : sum;
      compare("forward", y.at(r, o), f, magnitude, kSum);
    }
  compare("padding", y.paddingIsZero(batch), true, 1, 0);
}

void checkInputGradient(const KernelTable& k, int batch, int inputs, int outputs, Activation mask, bool accumulate) {
  Matrix x(batch, inputs, true), dy(batch, outputs, true), dx(batch, inputs, true);
  Matrix before = dx;
  const Values weight = drawLayer(inputs, outputs, 1);
  std::vector<float> storage(transposedSize(inputs, outputs) + 16);
  transposeWeights(weight.data(), storage.data(), inputs, outputs);
  const int first = panelsOf(inputs) > 2 ? 1 : 0, panels = panelsOf(inputs) - first;
  const DenseInputGradient work{dy.data(), dy.stride(), storage.data(), dx.data(), dx.stride(), x.data(), x.stride(),
                                mask,      accumulate,  batch,          outputs,   first,       panels};
  inPieces(k.inputGradientUnits(batch, panels), [&](int b, int e) { k.inputGradient(work, b, e); });
  for (int r = 0; r < batch; ++r)
    for (int i = 0; i < inputs; ++i) {
      if (i < first * kPanel) {
        compare("untouched panels", dx.at(r, i), before.at(r, i), 1, 0);
        continue;
      }
      double sum = 0, magnitude = 0;
      for (int o = 0; o < outputs; ++o) {
        const double term = double{dy.at(r, o)} * weight[weightAt(inputs, i, o)];
        sum += term;
        magnitude += std::abs(term);
      }
      const double f = x.at(r, i);
      sum *= mask == Activation::relu ? (f > 0 ? 1 : 0) : mask == Activation::tanh ? 1 - f * f : 1;
      if (accumulate) {
        sum += before.at(r, i);
        magnitude += std::abs(before.at(r, i));
      }
      compare("inputGradient", dx.at(r, i), sum, magnitude, kSum);
    }
}

struct Sum {
  double value, magnitude;
};

Sum gradientOf(Matrix& x, Matrix& dy, int batch, int inputs, int i, int o) {
  Sum sum{0, 0};
  for (int r = 0; r < batch; ++r) {
    const double term = (i == inputs ? 1.0 : double{x.at(r, i)}) * dy.at(r, o);
    sum.value += term;
    sum.magnitude += std::abs(term);
  }
  return sum;
}

void checkWeightGradient(const KernelTable& k, int batch, int inputs, int outputs, bool accumulate) {
  Matrix x(batch, inputs, true), dy(batch, outputs, true);
  Values gradient = drawLayer(inputs, outputs, 1);
  const Values before = gradient;
  const DenseWeightGradient work{x.data(), x.stride(), dy.data(), dy.stride(), gradient.data(),
                                 accumulate, batch,    inputs,    outputs};
  inPieces(k.weightGradientUnits(inputs, outputs), [&](int b, int e) { k.weightGradient(work, b, e); });
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i <= inputs; ++i) {
      const size_t at = weightAt(inputs, i, o);
      Sum sum = gradientOf(x, dy, batch, inputs, i, o);
      if (accumulate) sum = {sum.value + before[at], sum.magnitude + std::abs(before[at])};
      compare("weightGradient", gradient[at], sum.value, sum.magnitude, kSum);
    }
}

// One Adam step by the definition, from a gradient that is known to `uncertainty`.
void compareStep(const char* kernel, const AdamStep& s, double gradient, double uncertainty, double w, double m,
                 double v, double newW, double newM, double newV) {
  const double rest1 = 1 - s.beta1, rest2 = 1 - s.beta2;
  const double first = m + rest1 * (gradient - m), second = v + rest2 * (gradient * gradient - v);
  const double root = std::sqrt(second) * s.secondCorrection;
  const double change = s.stepSize * first / (root + s.epsilon);
  const double relative = uncertainty / std::max(std::abs(gradient), uncertainty);  // of the gradient
  compare(kernel, newM, first, std::abs(m) + rest1 * std::abs(gradient) * (1 + relative / kSum), kSum);
  compare(kernel, newV, second, v + rest2 * gradient * gradient * (1 + 2 * relative / kSum), kSum);
  // What m and v are uncertain by, the change is too.
  const double spread = s.stepSize * (std::abs(m) + rest1 * std::abs(gradient)) / (root + s.epsilon);
  compare(kernel, newW, w - change, std::abs(w) + spread * (3 + 2 * relative / kSum), kSum);
}

void checkSteps(const KernelTable& k, int batch, int inputs, int outputs) {
  const AdamStep step{0.9f, 0.999f, 3e-3f, 1.7f, 1e-8f};
  Matrix x(batch, inputs, true), dy(batch, outputs, true);
  Values gradient = drawLayer(inputs, outputs, 1);
  for (const bool inOne : {false, true}) {
    Values weight = drawLayer(inputs, outputs, 1), first = drawLayer(inputs, outputs, 1);
    Values second = drawLayer(inputs, outputs, 1, true);
    second[0] = 0;  // as before the first step
    const Values weight0 = weight, first0 = first, second0 = second;
    Values transposed(transposedSize(inputs, outputs), 0.0f), expected = transposed;
    const AdamLayer layer{weight.data(), gradient.data(), first.data(), second.data(), transposed.data(), inputs,
                          outputs};
    const DenseWeightGradient work{x.data(), x.stride(), dy.data(), dy.stride(), nullptr,
                                   false,    batch,      inputs,    outputs};
    if (inOne)
      inPieces(k.weightStepUnits(inputs, outputs), [&](int b, int e) { k.weightStep(work, layer, step, b, e); });
    else
      inPieces(k.adamUnits(inputs, outputs), [&](int b, int e) { k.adam(layer, step, b, e); });
    for (int o = 0; o < outputs; ++o)
      for (int i = 0; i <= inputs; ++i) {
        const size_t at = weightAt(inputs, i, o);
        const Sum sum = inOne ? gradientOf(x, dy, batch, inputs, i, o) : Sum{gradient[at], 0};
        compareStep(inOne ? "weightStep" : "adam", step, sum.value, kSum * sum.magnitude, weight0[at], first0[at],
                    second0[at], weight[at], first[at], second[at]);
      }
    transposeWeights(weight.data(), expected.data(), inputs, outputs);
    compare("transposed", transposed == expected, true, 1, 0);
  }
}

void checkAverage(const KernelTable& k) {
  constexpr size_t kCount = 16 * 37;
  Values target(kCount), source(kCount);
  for (size_t i = 0; i < kCount; ++i) {
    target[i] = draw();
    source[i] = draw();
  }
  const Values before = target;
  k.average(target.data(), source.data(), kCount, 0.005f);
  for (size_t i = 0; i < kCount; ++i) {
    const double tau = 0.005f;
    compare("average", target[i], before[i] + tau * (source[i] - double{before[i]}), 1, 2e-7);
  }
}

// tanh through a layer with one weight of 1, over its whole range.
void checkTanh(const KernelTable& k) {
  std::vector<float> points{0.0f, -0.0f, 1e-30f, 1e-8f, 8.99f, 9.01f, 20.0f, 3e38f};
  for (float x = 1e-4f; x < 12; x *= 1.0007f) points.push_back(x);
  for (size_t i = 0, count = points.size(); i < count; ++i) points.push_back(-points[i]);
  const int batch = static_cast<int>(points.size());
  Matrix x(batch, 1, false), y(batch, 1, false);
  for (int r = 0; r < batch; ++r) x.at(r, 0) = points[r];
  Values weight(weightSize(1, 1), 0.0f);
  weight[weightAt(1, 0, 0)] = 1;
  const DenseForward work{x.data(), x.stride(), weight.data(), y.data(), y.stride(), batch, 1, 1, Activation::tanh};
  k.forward(work, 0, k.forwardUnits(batch, 1));
  for (int r = 0; r < batch; ++r) {
    const double f = std::tanh(double{points[r]});
    compare("tanh", y.at(r, 0), f, std::abs(f), 4e-7);
  }
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float ends[] = {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()};
  for (int r = 0; r < 3; ++r) x.at(r, 0) = ends[r];
  for (const Activation f : {Activation::tanh, Activation::relu}) {
    DenseForward three = work;
    three.batch = 3;
    three.activation = f;
    k.forward(three, 0, k.forwardUnits(3, 1));
    compare("infinity", y.at(0, 0), f == Activation::tanh ? 1 : kInfinity, 1, 0);
    compare("infinity", y.at(1, 0), f == Activation::tanh ? -1 : 0, 1, 0);
    compare("NaN", std::isnan(y.at(2, 0)), true, 1, 0);
  }
}

void checkTable(const KernelTable& k, size_t every) {
  // Every edge of tiles (heights to 12), panels (16), narrow layers (8 outputs, pieces of 512 inputs) and blocks (48).
  const int batches[] = {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 23, 100};
  const int inputs[] = {1, 5, 15, 16, 17, 23, 33, 47, 48, 49, 65, 97, 300, 513};
  const int outputs[] = {1, 2, 3, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 31, 33, 64};
  size_t turn = 0;
  for (int batch : batches)
    for (int in : inputs)
      for (int out : outputs) {
        if (++turn % every != 0) continue;
        const size_t chosen = turn / every;
        const auto activation = static_cast<Activation>(chosen % 3);
        checkForward(k, batch, in, out, activation);
        checkInputGradient(k, batch, in, out, activation, chosen / 3 % 2 == 0);
        checkWeightGradient(k, batch, in, out, chosen % 2 == 0);
        checkSteps(k, batch, in, out);
      }
  checkAverage(k);
  checkTanh(k);
}

}  // namespace

// Takes the share of the shapes to check, one in so many; 3 unless told, so that each edge meets most of the others.
int main(int count, char** arguments) {
  const size_t every = count > 1 ? std::max(1, std::atoi(arguments[1])) : 3;
  for (const KernelTable* table : allKernels()) {
    worst.clear();
    checkTable(*table, every);
    std::printf("%s:", table->name);
    for (const auto& [kernel, error] : worst) std::printf(" %s %.2g", kernel.c_str(), error);
    std::printf("\n");
  }
  return failed ? 1 : 0;
}
