#pragma once
// Row 24 of the supervisor's table: is the control thread alive? Run by the second thread, on its own timer.
#include <cstdint>

#include "arm/safety_limits.h"

namespace forager::fci {

class Watchdog {
 public:
  enum class Verdict : uint8_t { alive, late, frozen };

  explicit Watchdog(const SupervisorLimits& limits);

  // `beat`: when the newest pass began, 0 before the first; both monotonic ns. Says `frozen` once for each stillness.
  // Time in which this thread slept as well is the computer's stall, not the control thread's, and counts at most as
  // `longestNap` ns per call; the robot's own rule of 20 lost commands covers it.
  Verdict look(int64_t now, int64_t beat, int64_t longestNap);
  // Monotonic ns without a pass at the last look, and how much is allowed.
  int64_t stillNs() const { return still_; }
  int64_t allowedNs() const { return frozenNs_; }

 private:
  const int64_t lateNs_, frozenNs_;
  int64_t lastLook_ = 0, lastBeat_ = 0, still_ = 0;
  int64_t awake_ = 0;  // ns since the last new beat that this thread was awake for
  bool said_ = false;
};

}  // namespace forager::fci
