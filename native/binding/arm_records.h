#pragma once
#include <napi.h>

#include "arm/arm_driver.h"

namespace forager {

// RecordedCycles of src/main/platform/native-records.ts, or null where the arm keeps none.
Napi::Value recordedCyclesToJs(const Napi::CallbackInfo& info, const ArmDriver& arm);
// LinkTimes of src/main/platform/native-records.ts, or null where there is no link.
Napi::Value linkTimesToJs(Napi::Env env, const ArmDriver& arm);
// The section `supervisor` of the arm model, as it is in force.
Napi::Object supervisorToJs(Napi::Env env, SupervisorLimits limits);

}  // namespace forager
