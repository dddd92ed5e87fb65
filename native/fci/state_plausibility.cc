#include "fci/state_plausibility.h"

#include <cmath>

namespace forager::fci {

namespace {

constexpr uint8_t kModeMove = 2;
constexpr double kOutside = 0.2;           // rad beyond a limit: an arm that was guided or pushed there
constexpr double kFastest = 20;            // rad/s, measured
constexpr double kHardest = 1000;          // rad/s2, Nm, N
constexpr double kReserve = 2;             // of the robot's limits, which are strict for a motion
constexpr double kRounding = 1.01;
constexpr uint64_t kAhead = 250;           // ms
constexpr int64_t kNsPerMs = 1'000'000;

bool within(double value, double most) { return std::abs(value) <= most; }

}  // namespace

bool StatePlausibility::possible(const ArmState& state) const {
  for (int j = 0; j < kJoints; ++j) {
    const double low = robot_.qMin[j] - kOutside, high = robot_.qMax[j] + kOutside;
    if (!(state.qDesired[j] >= low && state.qDesired[j] <= high) || !within(state.q[j], 2 * kFastest)) return false;
    if (!within(state.dqDesired[j], kRounding * robot_.velocity[j]) || !within(state.dq[j], kFastest)) return false;
    if (!within(state.ddqDesired[j], kHardest) || !within(state.tauExternal[j], kHardest) || !within(state.tauMeasured[j], kHardest)) {
      return false;
    }
  }
  for (const double force : state.wrench) {
    if (!within(force, 10 * kHardest)) return false;
  }
  return state.successRate >= 0 && state.successRate <= 1;
}

bool StatePlausibility::follows(const ArmState& next, const ArmState& before, int64_t elapsed) const {
  const uint64_t gap = next.messageId - before.messageId;
  if (gap > kAhead + 2 * static_cast<uint64_t>(elapsed / kNsPerMs)) return false;
  if (next.robotMode != kModeMove || before.robotMode != kModeMove) return true;
  const double seconds = static_cast<double>(gap) * 1e-3;
  for (int j = 0; j < kJoints; ++j) {
    if (!within(next.dqDesired[j] - before.dqDesired[j], kReserve * robot_.acceleration[j] * seconds)) return false;
    if (!within(next.qDesired[j] - before.qDesired[j], kReserve * robot_.velocity[j] * seconds)) return false;
  }
  return true;
}

}  // namespace forager::fci
