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

void Tape::addRows(int rows, double rowCost, Buffers reads, Buffers writes, std::function<void(int)> body) {
  constexpr int kRowsPerUnit = 8;
  add((rows + kRowsPerUnit - 1) / kRowsPerUnit, kRowsPerUnit * rowCost, std::move(reads), std::move(writes),
      [rows, body = std::move(body)](int begin, int end) {
        for (int r = begin * kRowsPerUnit; r < std::min(end * kRowsPerUnit, rows); ++r) body(r);
      });
}

void Tape::backward() {
  for (auto record = backward_.rbegin(); record != backward_.rend(); ++record) (*record)();
  backward_.clear();
}

constexpr double kCopyCost = 1000;  // of the few numbers of a row, measured against multiply-adds of the products

Tensor Tape::join(const Tensor& left, const Tensor& right) {
  Tensor out = makeTensor(scratch_, left.rows, left.columns + right.columns);
  if (right.wantsGradient()) out.gradientFrom = left.columns + right.gradientFrom;
  if (left.wantsGradient()) out.gradientFrom = left.gradientFrom;
  addRows(out.rows, kCopyCost, {left.data, right.data}, {out.data}, [=](int r) {
    std::memcpy(out.row(r), left.row(r), left.columns * sizeof(float));
    std::memcpy(out.row(r) + left.columns, right.row(r), right.columns * sizeof(float));
  });
  if (!out.wantsGradient()) return out;
  onBackward([=, this] {
    const auto split = [&](const Tensor& part, int offset) {
      if (!part.wantsGradient()) return;
      const bool first = firstGradient(part.gradient);
      addRows(part.rows, kCopyCost, {out.gradient}, {part.gradient}, [=](int r) {
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

namespace {

// Ends of the shares of a level with `total` cost: per thread 1/2, 1/4, 1/8, ... of its part. Large shares cost few
// hand-overs, the small ones at the end let all threads finish together.
std::vector<double> shareEnds(double total, int threads) {
  constexpr double kLeastCost = 1.5e5;  // multiply-adds, some microseconds: many times what a hand-over costs
  const int shares = std::clamp(static_cast<int>(total / kLeastCost), 1, threads);
  std::vector<double> ends;
  if (threads == 1) return {total};
  double end = 0, left = 1;
  while (left > 0) {
    const double part = left * total / shares < 2 * kLeastCost ? left : left / 2;
    for (int share = 0; share < shares; ++share) ends.push_back(total * (end += part / shares));
    left -= part;
  }
  ends.back() = total;
  return ends;
}

// Slices of a millisecond or two at most: between two of them a team looks whether it is interrupted.
void addSlices(Tape::Share& share, const Tape::Body& body, int begin, int end, double unitCost) {
  constexpr double kMostCost = 3e7;  // multiply-adds
  const int most = static_cast<int>(std::clamp(kMostCost / unitCost, 1.0, 1e9));
  while (begin < end) {
    const int stop = end - begin > most ? begin + most : end;
    share.push_back({&body, begin, stop});
    begin = stop;
  }
}

}  // namespace

void Tape::schedule(int threads) {
  levels_.clear();
  for (const Operation& o : operations_) levels_.resize(std::max(levels_.size(), o.level + 1));
  for (size_t level = 0; level < levels_.size(); ++level) {
    double total = 0, start = 0;  // cost of the level, and of its operations before this one
    for (const Operation& o : operations_)
      if (o.level == level) total += o.units * o.unitCost;
    const std::vector<double> ends = shareEnds(total, threads);
    std::vector<Share> shares(ends.size());
    for (const Operation& o : operations_) {
      if (o.level != level) continue;
      int begin = 0;
      for (size_t share = 0; share < ends.size(); ++share) {
        const double units = std::round((ends[share] - start) / o.unitCost);
        const int end = static_cast<int>(std::clamp(units, static_cast<double>(begin), static_cast<double>(o.units)));
        addSlices(shares[share], o.body, begin, end, o.unitCost);
        begin = end;
      }
      start += o.units * o.unitCost;
    }
    std::erase_if(shares, [](const Share& share) { return share.empty(); });
    levels_[level] = std::move(shares);
  }
}

}  // namespace forager
