#pragma once
#include "arm/controller.h"
#include "arm/cycle_recorder.h"

namespace forager {

// What one answered state leaves for incident records, but for what was sent. No allocation.
CycleSample cycleSample(const ArmState& state, const Output& out, const ArmController& controller, int64_t nowNs);

}  // namespace forager
