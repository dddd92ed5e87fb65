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
  std::vector<size_t> sources;
  for (const void* buffer : reads) {
    level = std::max(level, lastWrite_[buffer]);
    if (const auto writer = lastWriter_.find(buffer); writer != lastWriter_.end()) sources.push_back(writer->second);
  }
  for (const void* buffer : writes) level = std::max({level, lastWrite_[buffer], lastRead_[buffer]});
  for (const void* buffer : reads) lastRead_[buffer] = std::max(lastRead_[buffer], level + 1);
  for (const void* buffer : writes) {
    lastWrite_[buffer] = level + 1;
    lastWriter_[buffer] = operations_.size();
  }
  operations_.push_back({units, unitCost, level, std::move(sources), std::move(body)});
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

struct Interval {
  int region;
  double begin, end;
};

// Cuts a level of `total` cost into one region per thread and each region into 1/2, 1/4, 1/8, ... of it. Large shares
// cost few hand-overs, the small ones at the end let all threads finish together.
std::vector<Interval> cut(double total, int threads) {
  constexpr double kLeastCost = 1.5e5;  // multiply-adds, some microseconds: many times what a hand-over costs
  const int regions = threads == 1 ? 1 : std::clamp(static_cast<int>(total / kLeastCost), 1, threads);
  std::vector<Interval> shares;
  for (double begin = 0, end = 0; end < 1; begin = end) {
    const bool last = threads == 1 || (1 - begin) * total / regions < 2 * kLeastCost;
    end = last ? 1 : (1 + begin) / 2;  // exact, so that neighbours meet
    for (int region = 0; region < regions; ++region)
      shares.push_back({region, total * ((region + begin) / regions), total * ((region + end) / regions)});
  }
  return shares;
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
  std::vector<std::vector<Operation*>> inLevel;
  for (Operation& o : operations_) {
    inLevel.resize(std::max(inLevel.size(), o.level + 1));
    inLevel[o.level].push_back(&o);
  }
  for (std::vector<Operation*>& operations : inLevel) {
    orderBySources(operations);
    double total = 0;
    for (Operation* o : operations) total += o->units * o->unitCost;
    const std::vector<Interval> intervals = cut(total, threads);
    std::vector<Share> shares(intervals.size());
    double start = 0;  // cost of the operations before this one
    for (Operation* o : operations) {
      const auto unitAt = [&](double cost) {
        const double units = std::round((cost - start) / o->unitCost);
        return static_cast<int>(std::clamp(units, 0.0, static_cast<double>(o->units)));
      };
      for (size_t i = 0; i < shares.size(); ++i)
        addSlices(shares[i], o->body, unitAt(intervals[i].begin),
                  intervals[i].end == total ? o->units : unitAt(intervals[i].end), o->unitCost);
      start += o->units * o->unitCost;
      o->place = (start - o->units * o->unitCost / 2) / total;
    }
    Level& level = levels_.emplace_back(static_cast<size_t>(intervals.back().region) + 1);
    for (size_t i = 0; i < shares.size(); ++i)
      if (!shares[i].empty()) level[static_cast<size_t>(intervals[i].region)].push_back(std::move(shares[i]));
  }
}

// Operations follow the order of those that wrote what they read: the thread that wrote it, and has it in its cache,
// will mostly read it.
void Tape::orderBySources(std::vector<Operation*>& operations) const {
  for (Operation* o : operations) {
    o->place = 0.5;
    if (o->sources.empty()) continue;
    o->place = 0;
    for (size_t source : o->sources) o->place += operations_[source].place / static_cast<double>(o->sources.size());
  }
  std::stable_sort(operations.begin(), operations.end(),
                   [](const Operation* a, const Operation* b) { return a->place < b->place; });
}

}  // namespace forager
