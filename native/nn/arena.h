#pragma once
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

namespace forager {

// Floats in 64-byte-aligned pieces that stay where they are. A learner keeps everything it must remember (weights,
// targets, moments) in one arena, whose bytes in order are its checkpoint, and everything it can recompute in another.
class Arena {
 public:
  // Zeroed, aligned to a cache line. Throws std::length_error when the arena would take more than half of the machine's
  // memory: the system would end the whole program instead.
  float* floats(size_t count) {
    const size_t bytes = (count * sizeof(float) + kLine - 1) / kLine * kLine;
    if (count > mostBytes() / sizeof(float) || bytes > mostBytes() - bytes_)
      throw std::length_error("More memory is needed than half of what this machine has.");
    void* memory = std::calloc(bytes + kLine, 1);  // fresh pages come zeroed and cost nothing until they are used
    if (memory == nullptr) throw std::bad_alloc();
    const size_t past = reinterpret_cast<uintptr_t>(memory) % kLine;
    float* data = reinterpret_cast<float*>(static_cast<char*>(memory) + (kLine - past) % kLine);
    pieces_.push_back({std::unique_ptr<void, Free>(memory), data, count});
    bytes_ += bytes;
    return data;
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
        worst = std::max(worst, std::bit_cast<uint32_t>(piece.data[i]) & 0x7f800000u);
    return worst != 0x7f800000u;
  }

  void copyTo(float* destination) const {
    for (const Piece& piece : pieces_) {
      std::memcpy(destination, piece.data, piece.count * sizeof(float));
      destination += piece.count;
    }
  }

  void copyFrom(const float* source) {
    for (const Piece& piece : pieces_) {
      std::memcpy(piece.data, source, piece.count * sizeof(float));
      source += piece.count;
    }
  }

 private:
  static constexpr size_t kLine = 64;

  static size_t mostBytes() {
    static const long half = sysconf(_SC_PHYS_PAGES) / 2 * sysconf(_SC_PAGESIZE);
    return static_cast<size_t>(half);
  }

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  struct Piece {
    std::unique_ptr<void, Free> memory;
    float* data;
    size_t count;
  };
  std::vector<Piece> pieces_;
  size_t bytes_ = 0;
};

}  // namespace forager
