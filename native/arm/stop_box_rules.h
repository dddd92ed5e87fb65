#pragma once
#include <cstdint>

#include "arm/stop_box_frame.h"

namespace forager {

// Why the stop box, or what is missing of it, stops the arm.
enum class StopBoxTrip : uint8_t { none, pressed, lost, port, disagree, sequence, noise, deadMan };

// What the window says of the box.
enum class StopBoxPhase : uint8_t { waiting, silent, differing, pressed, needsGrip, needsReset, closed };

// Judges what the stop box says; knows nothing of ports, threads or arms, so that every rule can be tried with plain
// numbers. Starts stopped: only frames with both channels closed, with the grip in its middle where one is required, and
// a fresh press of reset release it. Times in ns of one monotonic clock.
class StopBoxRules {
 public:
  static constexpr int64_t kMs = 1'000'000;
  static constexpr int64_t kDisagreementNs = 50 * kMs, kNoiseNs = 1000 * kMs;
  static constexpr int kNoiseFrames = 3;

  // frameAgeNs: longest time without a new frame (row 22). needsGrip: a three-position enabling grip must be held in its
  // middle position (row 23).
  StopBoxRules(int64_t frameAgeNs, bool needsGrip) : frameAgeNs_(frameAgeNs), needsGrip_(needsGrip) {}

  // Each returns the trip it causes.
  StopBoxTrip frame(const StopBoxFrame& frame, int64_t now);
  StopBoxTrip damaged(int64_t now);
  // To be called every few milliseconds: finds silence and channels that stay different.
  StopBoxTrip tick(int64_t now);
  StopBoxTrip portLost() { return trip(StopBoxTrip::port); }

  // True when the box allows motion.
  bool released() const { return released_; }
  StopBoxPhase phase(int64_t now) const;
  // When the newest new frame came; -1 before the first.
  int64_t frameNs() const { return frameNs_; }

 private:
  StopBoxTrip inputs(uint8_t inputs, int64_t now);
  StopBoxTrip trip(StopBoxTrip why);

  const int64_t frameAgeNs_;
  const bool needsGrip_;
  int64_t frameNs_ = -1, disagreeNs_ = -1;
  int64_t damagedNs_[kNoiseFrames] = {-kNoiseNs, -kNoiseNs, -kNoiseNs};
  int sequence_ = -1, damagedAt_ = 0;
  bool resetWasPressed_ = true, bothOpenNeeded_ = false, closed_ = false, held_ = false, released_ = false;
};

}  // namespace forager
