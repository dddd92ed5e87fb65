#pragma once
// What the simulated robot has done, millisecond by millisecond, for those who judge a client from outside.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "arm/arm_types.h"

namespace forager::fci {

class MotionRecord {
 public:
  // Monotonic time of the tick ns, message id, robot mode, then desired position, velocity and acceleration of each joint.
  static constexpr size_t kColumns = 3 + 3 * kJoints;

  // Keeps the newest `milliseconds`; 0 keeps nothing.
  explicit MotionRecord(size_t milliseconds) : rows_(milliseconds * kColumns) {}

  void add(const ArmState& state, int64_t now_ns) {
    if (rows_.empty()) return;
    double* row = rows_.data() + count_++ * kColumns % rows_.size();
    *row++ = static_cast<double>(now_ns);
    *row++ = static_cast<double>(state.messageId);
    *row++ = state.robotMode;
    for (const JointVector* joints : {&state.qDesired, &state.dqDesired, &state.ddqDesired})
      for (const double value : *joints) *row++ = value;
  }

  // The newest `most` rows, [rows, kColumns], oldest first.
  std::vector<double> rows(size_t most) const {
    const size_t kept = std::min({most, count_, rows_.size() / kColumns});
    std::vector<double> out;
    out.reserve(kept * kColumns);
    for (size_t row = count_ - kept; row < count_; row++) {
      const auto begin = rows_.begin() + static_cast<ptrdiff_t>(row * kColumns % rows_.size());
      out.insert(out.end(), begin, begin + kColumns);
    }
    return out;
  }

 private:
  std::vector<double> rows_;
  size_t count_ = 0;  // rows ever added
};

}  // namespace forager::fci
