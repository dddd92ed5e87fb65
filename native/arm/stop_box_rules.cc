#include "arm/stop_box_rules.h"

namespace forager {

namespace {
constexpr int kBackwards = 128;  // a step beyond half the circle of sequence numbers leads back
}

StopBoxPhase StopBoxRules::phase(int64_t now) const {
  if (frameNs_ < 0) return StopBoxPhase::waiting;
  if (now - frameNs_ > frameAgeNs_) return StopBoxPhase::silent;
  if (bothOpenNeeded_ || disagreeNs_ >= 0) return StopBoxPhase::differing;
  if (!closed_) return StopBoxPhase::pressed;
  if (released_) return StopBoxPhase::closed;
  return needsGrip_ && !held_ ? StopBoxPhase::needsGrip : StopBoxPhase::needsReset;
}

StopBoxTrip StopBoxRules::frame(const StopBoxFrame& frame, int64_t now) {
  const int step = sequence_ < 0 ? 1 : (frame.sequence - sequence_) & 0xff;
  // A repeated frame is not news: the age goes on, and too much of it is a stuck sequence.
  if (step == 0) return StopBoxTrip::none;
  sequence_ = frame.sequence;
  if (step > kBackwards) return trip(StopBoxTrip::sequence);
  frameNs_ = now;
  return inputs(frame.inputs, now);
}

StopBoxTrip StopBoxRules::inputs(uint8_t inputs, int64_t now) {
  const bool a = inputs & kBoxChannelA, b = inputs & kBoxChannelB, reset = inputs & kBoxReset;
  const bool resetEdge = reset && !resetWasPressed_;
  resetWasPressed_ = reset;
  closed_ = a && b;
  held_ = inputs & kBoxDeadMan;
  if (a == b) {
    disagreeNs_ = -1;
  } else if (disagreeNs_ < 0 && !bothOpenNeeded_) {
    disagreeNs_ = now;
  }
  if (!a && !b) bothOpenNeeded_ = false;
  if (!closed_) return released_ ? trip(StopBoxTrip::pressed) : StopBoxTrip::none;
  if (needsGrip_ && !held_) return released_ ? trip(StopBoxTrip::deadMan) : StopBoxTrip::none;
  if (resetEdge && !bothOpenNeeded_) released_ = true;
  return StopBoxTrip::none;
}

StopBoxTrip StopBoxRules::damaged(int64_t now) {
  int64_t& oldest = damagedNs_[damagedAt_];
  damagedAt_ = (damagedAt_ + 1) % kNoiseFrames;
  oldest = now;
  if (now - damagedNs_[damagedAt_] >= kNoiseNs) return StopBoxTrip::none;
  for (int64_t& each : damagedNs_) each = now - kNoiseNs;
  return trip(StopBoxTrip::noise);
}

StopBoxTrip StopBoxRules::tick(int64_t now) {
  if (disagreeNs_ >= 0 && now - disagreeNs_ > kDisagreementNs) {
    disagreeNs_ = -1;
    bothOpenNeeded_ = true;
    return trip(StopBoxTrip::disagree);
  }
  if (released_ && now - frameNs_ > frameAgeNs_) return trip(StopBoxTrip::lost);
  return StopBoxTrip::none;
}

StopBoxTrip StopBoxRules::trip(StopBoxTrip why) {
  released_ = false;
  // A reset button that is held down must be let go and pressed again.
  resetWasPressed_ = true;
  return why;
}

}  // namespace forager
