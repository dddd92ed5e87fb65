#include "arm/in_process_arm.h"

#include <chrono>

namespace forager {

namespace {
inline constexpr int64_t kCycleNs = 1'000'000;
inline constexpr uint8_t kModeIdle = 1;

int64_t steadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

InProcessArm::InProcessArm(const ArmModel& model, uint64_t seed) : ControlledArm(model), core_(model, seed) { run(); }

// One millisecond of the arm's life.
void InProcessArm::run() {
  const ArmState& state = core_.state();
  const Output out = controller_.cycle(state, static_cast<int64_t>(state.messageId) * kCycleNs, 0);
  if (out.wantsMove && !wantedMove_) core_.startMove();
  wantedMove_ = out.wantsMove;
  if (out.fastStop) core_.stopMove();
  const bool answers = state.motionGenerator != 0 && core_.moving();
  core_.tick(answers ? &out.dq : nullptr, out.finished || !out.wantsMove);
  core_.takeMoveEnd();
}

bool InProcessArm::await(Event event, uint64_t after, int64_t budget_ns) {
  const std::lock_guard lock(time_);
  // The operator's heartbeat runs on the real clock; one look per call is often enough.
  controller_.watchHeartbeat(steadyNs());
  controller_.watchStopBox(steadyNs());
  for (int64_t spent = 0; !closed_ && spent < budget_ns; spent += kCycleNs) {
    if (reached(event, after)) break;
    run();
  }
  violations_.write(core_.violations());
  return reached(event, after);
}

void InProcessArm::fillLink(ArmSnapshot& out) const {
  out.connected = !closed_;
  out.ageMs = 0;
  const SimulatedArmCore::Violations counted = violations_.read();
  out.violations = {counted.position, counted.velocity, counted.acceleration, counted.jerk};
}

void InProcessArm::requireLink() const {
  if (closed_) throw ArmProblem("arm-closed", "This simulated arm was closed.", "Make a new one.");
  if (controller_.snapshot().state.robotMode == kModeIdle) return;
  throw ArmProblem("robot-not-ready", "The simulated arm has stopped itself. No motion was started.", "Recover it first.");
}

void InProcessArm::recover() {
  const std::lock_guard lock(time_);
  if (!core_.startRecovery())
    throw ArmProblem("recovery-moving", "A motion runs. Nothing was recovered.", "Stop the motion first.");
  while (core_.recovering()) run();
  run();
}

void InProcessArm::recoverForRearm() {
  if (controller_.snapshot().state.robotMode != kModeIdle) recover();
}

void InProcessArm::close() { closed_ = true; }

}  // namespace forager
