#include "arm/cycle_sample.h"

#include <algorithm>

#include "arm/stop_box.h"

namespace forager {

namespace {

template <size_t N>
void narrow(const std::array<double, N>& from, std::array<float, N>& to) {
  std::copy(from.begin(), from.end(), to.begin());
}

uint64_t bitsOf(const std::array<bool, 41>& flags) {
  uint64_t bits = 0;
  for (size_t i = 0; i < flags.size(); i++) bits |= static_cast<uint64_t>(flags[i]) << i;
  return bits;
}

float ageMs(int64_t ns) { return ns < 0 ? -1.0f : static_cast<float>(static_cast<double>(ns) * 1e-6); }

}  // namespace

CycleSample cycleSample(const ArmState& state, const Output& out, const ArmController& controller, int64_t nowNs) {
  CycleSample sample;
  sample.timeNs = nowNs;
  sample.messageId = state.messageId;
  sample.errors = bitsOf(state.errors);
  sample.reflexReason = bitsOf(state.reflexReason);
  narrow(state.q, sample.q);
  narrow(state.dq, sample.dq);
  narrow(state.qDesired, sample.qDesired);
  narrow(state.dqDesired, sample.dqDesired);
  narrow(state.tauExternal, sample.tauExternal);
  narrow(state.tauMeasured, sample.tauMeasured);
  narrow(state.wrench, sample.wrench);
  sample.successRate = static_cast<float>(state.successRate);
  sample.robotMode = state.robotMode;
  sample.motionGenerator = state.motionGenerator;
  sample.controllerMode = state.controllerMode;
  sample.activity = static_cast<uint8_t>(out.activity);
  sample.stopKind = static_cast<uint8_t>(out.stop);
  sample.heartbeatAgeMs = ageMs(controller.heartbeatAgeNs(nowNs));
  if (const StopBoxSignal* box = controller.stopBox(); box != nullptr) {
    const int64_t frameNs = box->frameNs.load(std::memory_order_relaxed);
    sample.stopBoxInputs = box->inputs.load(std::memory_order_relaxed);
    sample.stopBoxAgeMs = ageMs(frameNs < 0 ? -1 : nowNs - frameNs);
  }
  return sample;
}

}  // namespace forager
