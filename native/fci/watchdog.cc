#include "fci/watchdog.h"

#include <algorithm>

namespace forager::fci {

namespace {
constexpr double kSToNs = 1e9;
}

Watchdog::Watchdog(const SupervisorLimits& limits)
    : lateNs_(static_cast<int64_t>(std::min(limits.controlAgeWarn, limits.controlAge) * kSToNs)),
      frozenNs_(static_cast<int64_t>(limits.controlAge * kSToNs)) {}

Watchdog::Verdict Watchdog::look(int64_t now, int64_t beat, int64_t longestNap) {
  const int64_t awake = lastLook_ == 0 ? 0 : std::min(now - lastLook_, longestNap);
  lastLook_ = now;
  if (beat != lastBeat_) {
    lastBeat_ = beat;
    awake_ = 0;
    said_ = false;
  } else {
    awake_ += awake;
  }
  still_ = beat == 0 ? 0 : now - beat;
  if (still_ <= lateNs_) return Verdict::alive;
  if (said_ || still_ < frozenNs_ || awake_ < frozenNs_) return Verdict::late;
  said_ = true;
  return Verdict::frozen;
}

}  // namespace forager::fci
