#pragma once
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <vector>

#include "nn/arena.h"
#include "nn/kernels.h"

namespace forager {

// A matrix [rows, columns] with its gradient, in the layout of nn/kernels.h. A view: the arena owns the floats.
struct Tensor {
  float* data = nullptr;
  float* gradient = nullptr;
  int rows = 0, columns = 0, stride = 0;
  int gradientFrom = 0;  // columns before this one need no gradient

  bool wantsGradient() const { return gradientFrom < columns; }
  float* row(int r) const { return data + static_cast<size_t>(r) * stride; }
  float* gradientRow(int r) const { return gradient + static_cast<size_t>(r) * stride; }
};

Tensor makeTensor(Arena& arena, int rows, int columns);  // wants no gradient

// A computation recorded once for fixed shapes and replayed without allocation. Recording an operation says which
// buffers it reads and writes; operations that do not depend on each other fall into the same level. A level is cut
// into shares that any thread of a Team may take in any order: each share writes its own floats, so the result is the
// same.
class Tape {
 public:
  using Body = std::function<void(int begin, int end)>;
  using Buffers = std::vector<const void*>;

  explicit Tape(Arena& scratch) : scratch_(scratch) {}

  Arena& scratch() { return scratch_; }

  // `units` pieces of about `unitCost` multiply-adds each; body(begin, end) does the pieces in that range.
  void add(int units, double unitCost, Buffers reads, Buffers writes, Body body);
  // An operation on each of `rows` rows by itself; body(r) does row r.
  void addRows(int rows, double rowCost, Buffers reads, Buffers writes, std::function<void(int)> body);
  // An operation in one piece.
  void add(Buffers reads, Buffers writes, std::function<void()> body);

  // Floating-point operations of the products in one replay, as the shapes have them, padding left out.
  double operations() const { return counted_; }
  void count(double operations) { counted_ += operations; }

  // Called in reverse order of recording by backward(); records the operations that carry gradients back.
  void onBackward(std::function<void()> record) { backward_.push_back(std::move(record)); }
  void backward();

  // True for the first operation that writes this gradient buffer (it overwrites), false for later ones (they add).
  bool firstGradient(const void* buffer) { return gradients_.insert(buffer).second; }

  // Columns of `left`, then columns of `right`.
  Tensor join(const Tensor& left, const Tensor& right);

  struct Slice {
    const Body* body;
    int begin, end;
  };
  using Share = std::vector<Slice>;

  // Cuts every level for `threads` threads; call after recording.
  void schedule(int threads);
  // The shares of a region lie next to each other in the data and are taken in order, large ones first.
  using Region = std::vector<Share>;
  using Level = std::vector<Region>;  // at most one region per thread

  const std::vector<Level>& levels() const { return levels_; }

 private:
  struct Operation {
    int units;
    double unitCost;
    size_t level;
    std::vector<size_t> sources;  // operations that wrote what this one reads
    Body body;
    double place = 0;  // where in its level it lies, 0..1
  };

  void orderBySources(std::vector<Operation*>& operations) const;

  Arena& scratch_;
  double counted_ = 0;
  std::vector<Operation> operations_;
  std::vector<std::function<void()>> backward_;
  std::set<const void*> gradients_;
  std::map<const void*, size_t> lastWrite_, lastRead_;  // level + 1 of the newest operation on a buffer
  std::map<const void*, size_t> lastWriter_;            // that operation
  std::vector<Level> levels_;
};

}  // namespace forager
