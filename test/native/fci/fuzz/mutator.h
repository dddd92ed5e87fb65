#pragma once
// Changes packets the way broken or hostile peers do.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace forager::fuzz {

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : state_(seed) {}

  uint64_t next() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t below(size_t count) { return static_cast<size_t>(next() % count); }
  bool chance(double share) { return uniform() < share; }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  void mutate(std::vector<uint8_t>& bytes) {
    for (size_t changes = 1 + below(3); changes > 0; --changes) change(bytes);
  }

 private:
  void change(std::vector<uint8_t>& bytes) {
    const size_t kind = bytes.empty() ? 8 : below(10);
    switch (kind) {
      case 0:
      case 1: bytes[below(bytes.size())] ^= static_cast<uint8_t>(1u << below(8)); break;
      case 2: bytes[below(bytes.size())] = static_cast<uint8_t>(next()); break;
      case 3:
      case 4: write(bytes, oddNumber()); break;
      case 5: write(bytes, static_cast<uint32_t>(chance(0.5) ? next() : next() % 2048)); break;
      case 6: bytes.resize(below(bytes.size() + 1)); break;
      case 7: write(bytes, next()); break;
      case 8: bytes.resize(bytes.size() + 1 + below(64), static_cast<uint8_t>(next())); break;
      default: {
        const size_t from = below(bytes.size()), count = below(std::min<size_t>(bytes.size() - from, 64) + 1);
        std::memset(bytes.data() + from, chance(0.5) ? 0 : 0xff, count);
      }
    }
  }

  double oddNumber() {
    constexpr double kOdd[] = {0, -0.0, 1, -1, 1e-3, 0.5, -0.5, 3.2, 1e308, -1e308, 5e-324, 1e9};
    const size_t pick = below(16);
    if (pick == 12) return std::numeric_limits<double>::quiet_NaN();
    if (pick == 13) return std::numeric_limits<double>::infinity();
    if (pick >= 14) return 4 * uniform() - 2;
    return kOdd[pick];
  }

  // At a place where fields of its kind often are, or anywhere.
  template <typename T>
  void write(std::vector<uint8_t>& bytes, T value) {
    if (bytes.size() < sizeof(T)) return;
    size_t at = below(bytes.size() - sizeof(T) + 1);
    if (chance(0.7)) at -= at % sizeof(T);
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }

  uint64_t state_;
};

}  // namespace forager::fuzz
