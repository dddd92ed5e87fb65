#pragma once
#include <napi.h>

#include "arm/arm_driver.h"
#include "arm/arm_types.h"

namespace forager {

// ArmModel of src/main/platform/native-arm-model.ts; throws a TypeError that names the field.
ArmModel armModelFromJs(const Napi::Value& value);
// The section `limits` of the model by itself; throws a TypeError that names the field.
JointLimits jointLimitsFromJs(const Napi::Value& value);
// The section `supervisor` of the model by itself; throws a TypeError that names the number.
SupervisorLimits supervisorFromJs(const Napi::Value& value);
// Link number 0..8 of "link0" .. "link7", "hand"; throws a TypeError.
int linkFromJs(const Napi::Value& value);
const char* linkToJs(int link);
JointVector jointsFromJs(const Napi::Value& value, const char* name);
Napi::Float64Array numbersToJs(Napi::Env env, const double* values, size_t count);

// Error with `code` and `tip`, as the edges of the program hand problems on.
Napi::Error problemToJs(Napi::Env env, const ArmProblem& problem);
// NativeArmState.
Napi::Object snapshotToJs(Napi::Env env, const ArmSnapshot& state);

// Runs `body` and turns an ArmProblem into a thrown JavaScript error.
template <class Body>
auto orThrow(Napi::Env env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const ArmProblem& problem) {
    throw problemToJs(env, problem);
  }
}

}  // namespace forager
