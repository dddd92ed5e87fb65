#include "nn/tape.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace forager {

Tensor makeTensor(Arena& arena, int rows, int columns) {
  const int stride = strideOf(columns);
  const size_t count = static_cast<size_t>(rows) * stride;
  return {arena.floats(count), arena.floats(count), rows, columns, stride, columns};
}

void Tape::add(int units, double unitCost, Buffers reads, Buffers writes, Body body) {
  size_t level = 0;
  for (const void* buffer : reads) level = std::max(level, lastWrite_[buffer]);
  for (const void* buffer : writes) level = std::max({level, lastWrite_[buffer], lastRead_[buffer]});
  for (const void* buffer : reads) lastRead_[buffer] = std::max(lastRead_[buffer], level + 1);
  for (const void* buffer : writes) lastWrite_[buffer] = level + 1;
  operations_.push_back({units, unitCost, level, std::move(body)});
}

void Tape::add(Buffers reads, Buffers writes, std::function<void()> body) {
  constexpr double kSmall = 2000;
  add(1, kSmall, std::move(reads), std::move(writes), [body = std::move(body)](int, int) { body(); });
}

void Tape::backward() {
  for (auto record = backward_.rbegin(); record != backward_.rend(); ++record) (*record)();
  backward_.clear();
}

Tensor Tape::join(const Tensor& left, const Tensor& right) {
  Tensor out = makeTensor(scratch_, left.rows, left.columns + right.columns);
  if (right.wantsGradient()) out.gradientFrom = left.columns + right.gradientFrom;
  if (left.wantsGradient()) out.gradientFrom = left.gradientFrom;
  add({left.data, right.data}, {out.data}, [=] {
    for (int r = 0; r < out.rows; ++r) {
      std::memcpy(out.row(r), left.row(r), left.columns * sizeof(float));
      std::memcpy(out.row(r) + left.columns, right.row(r), right.columns * sizeof(float));
    }
  });
  if (!out.wantsGradient()) return out;
  onBackward([=, this] {
    const auto split = [&](const Tensor& part, int offset) {
      if (!part.wantsGradient()) return;
      const bool first = firstGradient(part.gradient);
      add({out.gradient}, {part.gradient}, [=] {
        for (int r = 0; r < part.rows; ++r)
          for (int c = part.gradientFrom; c < part.columns; ++c) {
            const float value = out.gradientRow(r)[offset + c];
            part.gradientRow(r)[c] = first ? value : part.gradientRow(r)[c] + value;
          }
      });
    };
    split(left, 0);
    split(right, left.columns);
  });
  return out;
}

void Tape::schedule(int threads) {
  size_t count = 0;
  for (const Operation& operation : operations_) count = std::max(count, operation.level + 1);
  slices_.assign(count, std::vector<std::vector<Slice>>(threads));
  for (size_t level = 0; level < count; ++level) {
    double total = 0;
    for (const Operation& o : operations_)
      if (o.level == level) total += o.units * o.unitCost;
    double start = 0;  // cost of the level's operations before this one
    for (const Operation& o : operations_) {
      if (o.level != level) continue;
      const auto cut = [&](int thread) {  // first unit of the thread's share
        const double unit = std::round((total * thread / threads - start) / o.unitCost);
        return static_cast<int>(std::clamp(unit, 0.0, static_cast<double>(o.units)));
      };
      for (int thread = 0; thread < threads; ++thread) {
        const int begin = thread == 0 ? 0 : cut(thread), end = thread == threads - 1 ? o.units : cut(thread + 1);
        if (begin < end) slices_[level][thread].push_back({&o.body, begin, end});
      }
      start += o.units * o.unitCost;
    }
  }
}

}  // namespace forager
