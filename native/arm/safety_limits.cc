#include "arm/safety_limits.h"

#include <type_traits>

namespace forager {

namespace {

template <auto Member>
constexpr SafetyLimit entry(const char* name, Tighter tighter) {
  return {name, tighter, [](SupervisorLimits& limits) -> std::span<double> {
            auto& value = limits.*Member;
            if constexpr (std::is_same_v<std::remove_reference_t<decltype(value)>, double>)
              return {&value, 1};
            else
              return value;
          }};
}

constexpr SafetyLimit kLimits[] = {
    entry<&SupervisorLimits::velocityClip>("velocityClip", Tighter::fixed),
    entry<&SupervisorLimits::acceleration>("acceleration", Tighter::fixed),
    entry<&SupervisorLimits::jerk>("jerk", Tighter::fixed),
    entry<&SupervisorLimits::badAction>("badAction", Tighter::smaller),
    entry<&SupervisorLimits::policyAgeWarn>("policyAgeWarn", Tighter::smaller),
    entry<&SupervisorLimits::policyAgeDecay>("policyAgeDecay", Tighter::smaller),
    entry<&SupervisorLimits::policyAgeStop>("policyAgeStop", Tighter::smaller),
    entry<&SupervisorLimits::stateAgeWarn>("stateAgeWarn", Tighter::smaller),
    entry<&SupervisorLimits::stateAgeHold>("stateAgeHold", Tighter::smaller),
    entry<&SupervisorLimits::stateAgeLost>("stateAgeLost", Tighter::smaller),
    entry<&SupervisorLimits::gapWarn>("gapWarn", Tighter::smaller),
    entry<&SupervisorLimits::gapRamp>("gapRamp", Tighter::smaller),
    entry<&SupervisorLimits::successRateWarn>("successRateWarn", Tighter::larger),
    entry<&SupervisorLimits::successRateStop>("successRateStop", Tighter::larger),
    entry<&SupervisorLimits::successRateTime>("successRateTime", Tighter::smaller),
    entry<&SupervisorLimits::cycleTimeWarn>("cycleTimeWarn", Tighter::smaller),
    entry<&SupervisorLimits::cycleTimeLate>("cycleTimeLate", Tighter::smaller),
    entry<&SupervisorLimits::cycleTimeStop>("cycleTimeStop", Tighter::smaller),
    entry<&SupervisorLimits::jointMarginSlow>("jointMarginSlow", Tighter::larger),
    entry<&SupervisorLimits::jointMarginStop>("jointMarginStop", Tighter::larger),
    entry<&SupervisorLimits::measuredVelocityWarn>("measuredVelocityWarn", Tighter::smaller),
    entry<&SupervisorLimits::measuredVelocity>("measuredVelocity", Tighter::smaller),
    entry<&SupervisorLimits::trackingWarn>("trackingWarn", Tighter::smaller),
    entry<&SupervisorLimits::trackingError>("trackingError", Tighter::smaller),
    entry<&SupervisorLimits::trackingTime>("trackingTime", Tighter::smaller),
    entry<&SupervisorLimits::toolSpeed>("toolSpeed", Tighter::smaller),
    entry<&SupervisorLimits::toolSpeedNearPeople>("toolSpeedNearPeople", Tighter::smaller),
    entry<&SupervisorLimits::boxMin>("boxMin", Tighter::larger),
    entry<&SupervisorLimits::boxMax>("boxMax", Tighter::smaller),
    entry<&SupervisorLimits::bodyBoxMin>("bodyBoxMin", Tighter::larger),
    entry<&SupervisorLimits::bodyBoxMax>("bodyBoxMax", Tighter::smaller),
    entry<&SupervisorLimits::boxSlow>("boxSlow", Tighter::larger),
    entry<&SupervisorLimits::boxOutside>("boxOutside", Tighter::smaller),
    entry<&SupervisorLimits::floorSlow>("floorSlow", Tighter::larger),
    entry<&SupervisorLimits::floorStop>("floorStop", Tighter::larger),
    entry<&SupervisorLimits::collisionSlow>("collisionSlow", Tighter::larger),
    entry<&SupervisorLimits::collisionStop>("collisionStop", Tighter::larger),
    entry<&SupervisorLimits::closePairSlow>("closePairSlow", Tighter::larger),
    entry<&SupervisorLimits::contactTorque>("contactTorque", Tighter::smaller),
    entry<&SupervisorLimits::contactTorqueWarn>("contactTorqueWarn", Tighter::smaller),
    entry<&SupervisorLimits::contactTorqueBaseline>("contactTorqueBaseline", Tighter::fixed),
    entry<&SupervisorLimits::contactForceWarn>("contactForceWarn", Tighter::smaller),
    entry<&SupervisorLimits::contactForce>("contactForce", Tighter::smaller),
    entry<&SupervisorLimits::contactMoment>("contactMoment", Tighter::smaller),
    entry<&SupervisorLimits::jointTorqueWarn>("jointTorqueWarn", Tighter::smaller),
    entry<&SupervisorLimits::jointTorqueStop>("jointTorqueStop", Tighter::smaller),
    entry<&SupervisorLimits::singularityWarn>("singularityWarn", Tighter::larger),
    entry<&SupervisorLimits::singularitySlow>("singularitySlow", Tighter::larger),
    entry<&SupervisorLimits::stopBoxAgeWarn>("stopBoxAgeWarn", Tighter::smaller),
    entry<&SupervisorLimits::stopBoxAge>("stopBoxAge", Tighter::smaller),
    entry<&SupervisorLimits::controlAgeWarn>("controlAgeWarn", Tighter::fixed),
    entry<&SupervisorLimits::controlAge>("controlAge", Tighter::fixed),
    entry<&SupervisorLimits::heartbeatWarn>("heartbeatWarn", Tighter::smaller),
    entry<&SupervisorLimits::heartbeatAge>("heartbeatAge", Tighter::smaller),
    entry<&SupervisorLimits::runDuration>("runDuration", Tighter::smaller),
    entry<&SupervisorLimits::runPath>("runPath", Tighter::smaller),
    entry<&SupervisorLimits::recoveriesPerHour>("recoveriesPerHour", Tighter::smaller),
    entry<&SupervisorLimits::restForceWarn>("restForceWarn", Tighter::smaller),
    entry<&SupervisorLimits::restForce>("restForce", Tighter::smaller),
    entry<&SupervisorLimits::clockDriftWarn>("clockDriftWarn", Tighter::smaller),
    entry<&SupervisorLimits::clockDriftBad>("clockDriftBad", Tighter::smaller),
    entry<&SupervisorLimits::homeTolerance>("homeTolerance", Tighter::fixed),
};

// Name of the first limit whose numbers fit `differs(tighter, now, next)`.
template <typename Differs>
const char* find(SupervisorLimits now, SupervisorLimits next, Differs differs) {
  for (const SafetyLimit& limit : kLimits) {
    const std::span<double> before = limit.values(now), after = limit.values(next);
    for (size_t i = 0; i < before.size(); i++)
      if (differs(limit.tighter, before[i], after[i])) return limit.name;
  }
  return nullptr;
}

}  // namespace

std::span<const SafetyLimit> safetyLimits() { return kLimits; }

const char* looserLimit(const SupervisorLimits& now, const SupervisorLimits& next) {
  return find(now, next, [](Tighter tighter, double before, double after) {
    return (tighter == Tighter::smaller && after > before) || (tighter == Tighter::larger && after < before);
  });
}

const char* fixedLimit(const SupervisorLimits& now, const SupervisorLimits& next) {
  return find(now, next,
              [](Tighter tighter, double before, double after) { return tighter == Tighter::fixed && after != before; });
}

}  // namespace forager
