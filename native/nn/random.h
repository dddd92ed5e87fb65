#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace forager {

// One named stream of random numbers. A run has one seed; each purpose ("batch", "smoothing", ...) draws from its own
// stream, so that using more numbers for one purpose never changes another.
// Philox4x32-10, a counter-based generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
class RandomStream {
 public:
  // Everything needed to continue exactly.
  struct State {
    uint64_t key = 0;
    uint64_t position = 0;  // 32-bit numbers drawn so far
  };

  RandomStream(uint64_t seed, std::string_view name);

  uint32_t next();
  // Uniform in [0, 1), multiples of 2^-24.
  float uniform() { return static_cast<float>(next() >> 8) * 0x1p-24f; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  // Uniform integer in [0, bound) by multiply and shift; the bias is below bound / 2^32.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((uint64_t{next()} * bound) >> 32); }
  // Fills `values` with N(0, 1) by Box-Muller; a pair costs two numbers and an odd count drops the last half.
  void normal(float* values, size_t count);

  const State& state() const { return state_; }
  void restore(const State& state);

 private:
  void fillBlock(uint64_t block);

  State state_;
  std::array<uint32_t, 4> block_{};
};

}  // namespace forager
