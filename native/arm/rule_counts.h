#pragma once
#include <array>
#include <cstdint>

namespace forager {

// Rows of the supervisor's table, 1..28, as bits of one word.
inline constexpr int kRules = 28;
constexpr uint32_t rowBit(int row) { return uint32_t{1} << row; }

// How often each row warned and acted. A step of 50 ms counts once per row, however many cycles it was.
struct RuleCounts {
  std::array<uint32_t, kRules + 1> warned{}, acted{};

  void add(uint32_t warnedRows, uint32_t actedRows) {
    for (int row = 1; row <= kRules; row++) {
      warned[row] += (warnedRows >> row) & 1;
      acted[row] += (actedRows >> row) & 1;
    }
  }
};

}  // namespace forager
