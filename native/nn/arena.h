#pragma once
#include <unistd.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

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
    if (count > mostBytes() / sizeof(float) || roundUp(count * sizeof(float), kLine) > mostBytes() - bytes_)
      throw std::length_error("More memory is needed than half of what this machine has.");
    const size_t bytes = roundUp(std::max<size_t>(count, 1) * sizeof(float), kLine);
    if (bytes > left_ || kSanitized) addBlock(bytes);
    float* data = reinterpret_cast<float*>(next_);
    next_ += bytes;
    left_ -= bytes;
    bytes_ += bytes;
    pieces_.push_back({data, count});
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
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  struct Piece {
    float* data;
    size_t count;
  };

  static constexpr size_t kLine = 64;
  static constexpr size_t kFirstBlock = size_t{64} << 10, kBlock = size_t{4} << 20, kLargePage = size_t{2} << 20;

#if defined(__SANITIZE_ADDRESS__)
  static constexpr bool kSanitized = true;  // each piece a block of its own, so that writing past it is noticed
#else
  static constexpr bool kSanitized = false;
#endif

  static size_t roundUp(size_t bytes, size_t multiple) { return (bytes + multiple - 1) / multiple * multiple; }

  static size_t mostBytes() {
    static const long half = sysconf(_SC_PHYS_PAGES) / 2 * sysconf(_SC_PAGESIZE);
    return static_cast<size_t>(half);
  }

  // Pieces are cut from large blocks on large pages where the system has them: a learner goes through all of its memory
  // in each update, and with small pages looking up addresses costs some percent of that.
  void addBlock(size_t bytes) {
    const bool large = !kSanitized && (!blocks_.empty() || bytes > kFirstBlock);
    const size_t alignment = large ? kLargePage : kLine;
    const size_t size = kSanitized ? bytes : large ? roundUp(std::max(bytes, kBlock), kLargePage) : kFirstBlock;
    void* memory = std::calloc(size + alignment, 1);  // fresh pages come zeroed and cost nothing until they are used
    if (memory == nullptr) throw std::bad_alloc();
    blocks_.emplace_back(memory);
    next_ = reinterpret_cast<char*>(roundUp(reinterpret_cast<uintptr_t>(memory), alignment));
    left_ = size;
#if defined(__linux__)
    if (large) madvise(next_, size, MADV_HUGEPAGE);  // when it is refused, the pages are small
#endif
  }

  std::vector<std::unique_ptr<void, Free>> blocks_;
  std::vector<Piece> pieces_;
  char* next_ = nullptr;
  size_t left_ = 0;   // bytes from next_ on
  size_t bytes_ = 0;  // of all pieces
};

}  // namespace forager
