#include "nn/ops.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace forager {

namespace {

constexpr size_t kMostInputs = 6;
constexpr int kRowsPerUnit = 16;

int unitsOf(int rows) { return (rows + kRowsPerUnit - 1) / kRowsPerUnit; }

Tape::Buffers dataOf(const std::vector<Tensor>& tensors) {
  Tape::Buffers out;
  for (const Tensor& tensor : tensors) out.push_back(tensor.data);
  return out;
}

void zeroRow(const Tensor& tensor, int r) { std::fill_n(tensor.gradientRow(r), tensor.columns, 0.0f); }

void recordRowGradients(Tape& tape, const std::vector<Tensor>& inputs, const Tensor& y, const RowBackward& backward,
                        double elementCost) {
  Tape::Buffers reads = dataOf(inputs), writes;
  reads.insert(reads.end(), {y.data, y.gradient});
  std::array<bool, kMostInputs> wants{}, first{};
  for (size_t i = 0; i < inputs.size(); ++i) {
    wants[i] = inputs[i].wantsGradient();
    if (!wants[i]) continue;
    first[i] = tape.firstGradient(inputs[i].gradient);
    writes.push_back(inputs[i].gradient);
  }
  if (writes.empty()) return;
  tape.add(unitsOf(y.rows), kRowsPerUnit * elementCost * y.columns, std::move(reads), std::move(writes),
           [=](int begin, int end) {
             std::array<const float*, kMostInputs> in{};
             std::array<float*, kMostInputs> gradient{};
             for (int r = begin * kRowsPerUnit; r < std::min(end * kRowsPerUnit, y.rows); ++r) {
               for (size_t i = 0; i < inputs.size(); ++i) {
                 in[i] = inputs[i].row(r);
                 gradient[i] = wants[i] ? inputs[i].gradientRow(r) : nullptr;
                 if (first[i]) zeroRow(inputs[i], r);
               }
               backward(in.data(), y.row(r), y.gradientRow(r), gradient.data());
             }
           });
}

}  // namespace

Tensor mapRows(Tape& tape, const std::vector<Tensor>& inputs, int columns, RowForward forward, RowBackward backward,
               double elementCost) {
  Tensor y = makeTensor(tape.scratch(), inputs.front().rows, columns);
  const bool wanted =
      std::any_of(inputs.begin(), inputs.end(), [](const Tensor& input) { return input.wantsGradient(); });
  if (wanted) y.gradientFrom = 0;
  tape.add(unitsOf(y.rows), kRowsPerUnit * elementCost * columns, dataOf(inputs), {y.data},
           [=](int begin, int end) {
             std::array<const float*, kMostInputs> in{};
             for (int r = begin * kRowsPerUnit; r < std::min(end * kRowsPerUnit, y.rows); ++r) {
               for (size_t i = 0; i < inputs.size(); ++i) in[i] = inputs[i].row(r);
               forward(in.data(), y.row(r));
             }
           });
  if (wanted) tape.onBackward([=, &tape] { recordRowGradients(tape, inputs, y, backward, elementCost); });
  return y;
}

void recordLoss(Tape& tape, const std::vector<Tensor>& inputs, Tape::Buffers writes, std::function<void()> body) {
  std::vector<Tensor> fresh;
  for (const Tensor& input : inputs) {
    if (!input.wantsGradient()) continue;
    if (tape.firstGradient(input.gradient)) fresh.push_back(input);
    writes.push_back(input.gradient);
  }
  tape.add(dataOf(inputs), std::move(writes), [=] {
    for (const Tensor& tensor : fresh)
      for (int r = 0; r < tensor.rows; ++r) zeroRow(tensor, r);
    body();
  });
}

Tensor repeatRows(Tape& tape, const Tensor& x, int count) {
  Tensor y = makeTensor(tape.scratch(), x.rows * count, x.columns);
  tape.add(unitsOf(x.rows), kRowsPerUnit * count * x.columns, {x.data}, {y.data}, [=](int begin, int end) {
    for (int r = begin * kRowsPerUnit; r < std::min(end * kRowsPerUnit, x.rows); ++r)
      for (int k = 0; k < count; ++k) std::memcpy(y.row(r * count + k), x.row(r), x.columns * sizeof(float));
  });
  if (!x.wantsGradient()) return y;
  y.gradientFrom = x.gradientFrom;
  tape.onBackward([=, &tape] {
    const bool first = tape.firstGradient(x.gradient);
    tape.add(unitsOf(x.rows), kRowsPerUnit * count * x.columns, {y.gradient}, {x.gradient}, [=](int begin, int end) {
      for (int r = begin * kRowsPerUnit; r < std::min(end * kRowsPerUnit, x.rows); ++r) {
        if (first) zeroRow(x, r);
        for (int k = 0; k < count; ++k)
          for (int c = x.gradientFrom; c < x.columns; ++c) x.gradientRow(r)[c] += y.gradientRow(r * count + k)[c];
      }
    });
  });
  return y;
}

Tensor sliceColumns(Tape& tape, const Tensor& x, int first, int count) {
  return mapRows(
      tape, {x}, count,
      [=](const float* const* in, float* out) { std::memcpy(out, in[0] + first, count * sizeof(float)); },
      [=](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
        for (int c = 0; c < count; ++c) inGradient[0][first + c] += outGradient[c];
      });
}

namespace {

template <class Draw>
Tensor recordDraw(Tape& tape, RandomStream& random, int rows, int columns, Draw draw) {
  const Tensor out = makeTensor(tape.scratch(), rows, columns);
  tape.add({}, {out.data, &random}, [=, drawn = std::vector<float>(static_cast<size_t>(rows) * columns)]() mutable {
    draw(drawn);
    for (int r = 0; r < rows; ++r)
      std::memcpy(out.row(r), &drawn[static_cast<size_t>(r) * columns], columns * sizeof(float));
  });
  return out;
}

}  // namespace

Tensor drawNormal(Tape& tape, RandomStream& random, int rows, int columns) {
  return recordDraw(tape, random, rows, columns,
                    [&random](std::vector<float>& drawn) { random.normal(drawn.data(), drawn.size()); });
}

Tensor drawUniform(Tape& tape, RandomStream& random, int rows, int columns, float low, float high) {
  return recordDraw(tape, random, rows, columns, [=, &random](std::vector<float>& drawn) {
    for (float& value : drawn) value = random.uniform(low, high);
  });
}

}  // namespace forager
