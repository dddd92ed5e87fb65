#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace forager {

// Floats in 64-byte-aligned pieces that stay where they are. A learner keeps everything it must remember (weights,
// targets, moments) in one arena, whose bytes in order are its checkpoint, and everything it can recompute in another.
class Arena {
 public:
  // Zeroed, aligned to a cache line.
  float* floats(size_t count) {
    const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, bytes == 0 ? 64 : bytes);
    if (memory == nullptr) throw std::bad_alloc();
    std::memset(memory, 0, bytes);
    pieces_.push_back({std::unique_ptr<float, Free>(static_cast<float*>(memory)), count});
    return pieces_.back().memory.get();
  }

  size_t size() const {  // floats
    size_t total = 0;
    for (const Piece& piece : pieces_) total += piece.count;
    return total;
  }

  // Every number is finite: none has all bits of its exponent set.
  bool finite() const {
    uint32_t worst = 0;
    for (const Piece& piece : pieces_)
      for (size_t i = 0; i < piece.count; ++i)
        worst = std::max(worst, std::bit_cast<uint32_t>(piece.memory.get()[i]) & 0x7f800000u);
    return worst != 0x7f800000u;
  }

  void copyTo(float* destination) const {
    for (const Piece& piece : pieces_) {
      std::memcpy(destination, piece.memory.get(), piece.count * sizeof(float));
      destination += piece.count;
    }
  }

  void copyFrom(const float* source) {
    for (const Piece& piece : pieces_) {
      std::memcpy(piece.memory.get(), source, piece.count * sizeof(float));
      source += piece.count;
    }
  }

 private:
  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };
  struct Piece {
    std::unique_ptr<float, Free> memory;
    size_t count;
  };
  std::vector<Piece> pieces_;
};

}  // namespace forager
