#pragma once
// Distributions of the times of the link and of our own cycle, for readers; the control thread counts without waiting.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace forager {

// Upper edges of the bins, us; the last bin is open.
inline constexpr std::array<int, 20> kTimingEdgesUs = {10,  20,  50,   100,  150,  200,  250,  300,  400,   500,
                                                       700, 900, 1100, 1300, 1500, 2000, 3000, 5000, 10000, 20000};
inline constexpr size_t kTimingBins = kTimingEdgesUs.size() + 1;

class TimingHistogram {
 public:
  // One thread at a time.
  void count(int64_t ns) noexcept {
    const auto edge = std::lower_bound(kTimingEdgesUs.begin(), kTimingEdgesUs.end(), ns / 1000.0);
    auto& bin = bins_[static_cast<size_t>(edge - kTimingEdgesUs.begin())];
    bin.store(bin.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  uint32_t at(size_t bin) const noexcept { return bins_[bin].load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<uint32_t>, kTimingBins> bins_{};
};

struct LinkTiming {
  TimingHistogram roundTrip;  // command sent to its effect seen, one state period included
  TimingHistogram cycle;      // state taken to command sent
  TimingHistogram arrival;    // from one state to the next
};

}  // namespace forager
