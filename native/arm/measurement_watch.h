#pragma once
#include "arm/rule_counts.h"
#include "arm/stop_cause.h"
#include "arm/supervisor.h"

namespace forager {

// Judges what the robot measures while a Move runs: rows 6, 10, 11, 14 (outside), 17, 18, 19 and 20 of the supervisor's
// table. Any of them is a latched stop.
class MeasurementWatch {
 public:
  explicit MeasurementWatch(const SafeSpace& space) : space_(space) {}

  // A Move begins.
  void begin();
  // Every state, also while nothing moves: the baseline of the external torques follows slowly, but not a contact.
  void follow(const ArmState& state);
  // The first cause found; none when all is well. `inside`: the motion began inside the box and must stay there.
  StopCause judge(const ArmState& state, bool inside);
  // Rows whose first threshold was passed at the last judge().
  uint32_t warned() const { return warned_; }

 private:
  bool success(const ArmState& state, StopCause& cause);
  bool joints(const ArmState& state, StopCause& cause);
  bool contact(const ArmState& state, StopCause& cause);
  bool box(const ArmState& state, StopCause& cause);

  const SafeSpace& space_;
  JointVector baseline_{};  // Nm
  bool started_ = false;
  uint64_t began_ = 0;      // message_id
  int trackingCycles_ = 0, lowCycles_ = 0, boxIn_ = 0;
  uint32_t warned_ = 0;
};

}  // namespace forager
