#include "binding/arm_convert.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "fci/error_flags.h"

namespace forager {

namespace {

[[noreturn]] void refuse(Napi::Env env, const std::string& what) {
  throw Napi::TypeError::New(env, "Arm model: " + what + ".");
}

double number(const Napi::Object& from, const char* name) {
  const Napi::Value value = from.Get(name);
  if (!value.IsNumber()) refuse(from.Env(), std::string(name) + " is not a number");
  return value.ToNumber().DoubleValue();
}

Napi::Object object(const Napi::Object& from, const char* name) {
  const Napi::Value value = from.Get(name);
  if (!value.IsObject()) refuse(from.Env(), std::string(name) + " is missing");
  return value.As<Napi::Object>();
}

Napi::Array array(const Napi::Object& from, const char* name) {
  const Napi::Value value = from.Get(name);
  if (!value.IsArray()) refuse(from.Env(), std::string(name) + " is not an array");
  return value.As<Napi::Array>();
}

template <size_t N>
std::array<double, N> vector(const Napi::Object& from, const char* name) {
  const Napi::Array values = array(from, name);
  if (values.Length() != N) refuse(from.Env(), std::string(name) + " does not have " + std::to_string(N) + " numbers");
  std::array<double, N> out;
  for (uint32_t i = 0; i < N; i++) out[i] = Napi::Value(values[i]).ToNumber().DoubleValue();
  return out;
}

// One number or an array of them.
void limitFromJs(const Napi::Object& from, const char* name, std::span<double> out) {
  if (out.size() == 1) {
    out[0] = number(from, name);
    return;
  }
  const Napi::Array values = array(from, name);
  if (values.Length() != out.size()) refuse(from.Env(), std::string(name) + " does not have " + std::to_string(out.size()) + " numbers");
  for (uint32_t i = 0; i < out.size(); i++) out[i] = Napi::Value(values[i]).ToNumber().DoubleValue();
}

Capsule capsuleFromJs(const Napi::Object& from) {
  Capsule out;
  out.link = linkFromJs(from.Get("link"));
  out.center = vector<3>(from, "center");
  const std::string axis = from.Get("axis").ToString();
  if (axis != "x" && axis != "y" && axis != "z") refuse(from.Env(), "a capsule's axis is not x, y or z");
  out.axis = axis[0] - 'x';
  out.radius = number(from, "radius");
  out.length = number(from, "length");
  return out;
}

const char* activityName(Activity activity) {
  switch (activity) {
    case Activity::none: return "none";
    case Activity::starting: return "starting";
    case Activity::homing: return "homing";
    case Activity::episode: return "episode";
    case Activity::stopping: return "stopping";
    case Activity::held: return "held";
    case Activity::recovering: return "recovering";
  }
  return "none";
}

Napi::Value stopToJs(Napi::Env env, const ArmSnapshot& state) {
  if (state.stop.kind == StopKind::none) return env.Null();
  Napi::Object out = Napi::Object::New(env);
  Napi::Array tooltip = Napi::Array::New(env, 3);
  for (uint32_t k = 0; k < 3; k++) tooltip.Set(k, state.stop.tooltip[k]);
  out.Set("code", state.stopText.code);
  out.Set("title", state.stopText.title);
  out.Set("message", state.stopText.message);
  out.Set("tip", state.stopText.tip);
  out.Set("latched", isLatched(state.stop.kind));
  out.Set("rule", double(state.stop.rule));
  out.Set("value", state.stopText.value);
  out.Set("limit", state.stopText.limit);
  out.Set("unit", state.stopText.unit);
  out.Set("joint", double(state.stop.joint));
  out.Set("atMs", state.stopAtMs);
  out.Set("atNs", double(state.stop.atNs));
  out.Set("tooltip", tooltip);
  out.Set("stopTime", state.stop.stopTime);
  static constexpr const char* kStages[] = {"ramp", "fast-stop", "link-cut"};
  out.Set("stage", kStages[static_cast<size_t>(state.stopStage)]);
  return out;
}

}  // namespace

int linkFromJs(const Napi::Value& value) {
  const std::string name = value.ToString();
  for (int link = 0; link <= 8; link++)
    if (name == linkToJs(link)) return link;
  refuse(value.Env(), "there is no link \"" + name + "\"");
}

const char* linkToJs(int link) {
  static constexpr const char* kNames[] = {"link0", "link1", "link2", "link3", "link4", "link5", "link6", "link7", "hand"};
  return link < 0 ? "" : kNames[link];  // no pair at all in the model
}

JointVector jointsFromJs(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not an array of 7 numbers.");
  const Napi::Object values = value.As<Napi::Object>();
  JointVector out;
  for (uint32_t i = 0; i < kJoints; i++) {
    const Napi::Value element = values.Get(i);
    if (!element.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not an array of 7 numbers.");
    out[i] = element.ToNumber().DoubleValue();
  }
  return out;
}

static std::vector<std::array<int, 2>> pairsFromJs(const Napi::Array& pairs) {
  std::vector<std::array<int, 2>> out;
  for (uint32_t i = 0; i < pairs.Length(); i++) {
    const Napi::Object pair = Napi::Value(pairs[i]).ToObject();
    out.push_back({linkFromJs(pair.Get(0u)), linkFromJs(pair.Get(1u))});
  }
  return out;
}

SupervisorLimits supervisorFromJs(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "Arm model: supervisor is missing.");
  SupervisorLimits out{};
  for (const SafetyLimit& limit : safetyLimits()) limitFromJs(value.As<Napi::Object>(), limit.name, limit.values(out));
  for (const SafetyLimit& limit : safetyLimits())
    for (const double x : limit.values(out))
      if (!std::isfinite(x)) refuse(value.Env(), std::string(limit.name) + " is not a finite number");
  return out;
}

JointLimits jointLimitsFromJs(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "Arm model: limits is missing.");
  const Napi::Object from = value.As<Napi::Object>();
  JointLimits out;
  out.qMin = vector<kJoints>(from, "qMin");
  out.qMax = vector<kJoints>(from, "qMax");
  out.velocity = vector<kJoints>(from, "velocity");
  out.acceleration = vector<kJoints>(from, "acceleration");
  out.jerk = vector<kJoints>(from, "jerk");
  out.torque = vector<kJoints>(from, "torque");
  if (!from.Get("velocityByPosition").IsObject()) return out;
  const Napi::Object slowing = object(from, "velocityByPosition");
  out.slowMin = vector<kJoints>(slowing, "qMin");
  out.slowMax = vector<kJoints>(slowing, "qMax");
  out.slope = vector<kJoints>(slowing, "slope");
  out.offset = vector<kJoints>(slowing, "offset");
  return out;
}

ArmModel armModelFromJs(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "Arm model: it is missing.");
  const Napi::Object from = value.As<Napi::Object>();
  ArmModel out;
  const Napi::Array dh = array(from, "dh");
  if (dh.Length() != kJoints) refuse(from.Env(), "dh does not have 7 rows");
  for (uint32_t i = 0; i < kJoints; i++) {
    const Napi::Object row = Napi::Value(dh[i]).ToObject();
    out.dh[i] = {number(row, "a"), number(row, "d"), number(row, "alpha")};
  }
  out.flangeOffset = number(from, "flangeOffset");
  out.handYaw = number(from, "handYaw");
  out.toolOffset = number(from, "toolOffset");
  out.home = vector<kJoints>(from, "home");
  static_cast<JointLimits&>(out) = jointLimitsFromJs(from.Get("limits"));
  const Napi::Array capsules = array(from, "capsules");
  if (capsules.Length() > 16) refuse(from.Env(), "there are more than 16 capsules");
  for (uint32_t i = 0; i < capsules.Length(); i++)
    out.capsules.push_back(capsuleFromJs(Napi::Value(capsules[i]).ToObject()));
  out.collisionPairs = pairsFromJs(array(from, "collisionPairs"));
  out.closePairs = pairsFromJs(array(from, "closePairs"));
  out.supervisor = supervisorFromJs(from.Get("supervisor"));
  return out;
}

Napi::Float64Array numbersToJs(Napi::Env env, const double* values, size_t count) {
  Napi::Float64Array out = Napi::Float64Array::New(env, count);
  std::copy_n(values, count, out.Data());
  return out;
}

Napi::Error problemToJs(Napi::Env env, const ArmProblem& problem) {
  Napi::Error error = Napi::Error::New(env, problem.message);
  error.Set("code", problem.code);
  error.Set("tip", problem.tip);
  return error;
}

Napi::Object snapshotToJs(Napi::Env env, const ArmSnapshot& state) {
  Napi::Object out = Napi::Object::New(env), violations = Napi::Object::New(env);
  Napi::Array errors = Napi::Array::New(env);
  for (const std::string& name : fci::errorNames(state.errors)) errors.Set(errors.Length(), name);
  violations.Set("position", double(state.violations.position));
  violations.Set("velocity", double(state.violations.velocity));
  violations.Set("acceleration", double(state.violations.acceleration));
  violations.Set("jerk", double(state.violations.jerk));
  out.Set("connected", state.connected);
  out.Set("ageMs", state.ageMs);
  out.Set("protocol", state.protocol);
  out.Set("mode", state.mode);
  out.Set("activity", activityName(state.activity));
  out.Set("armed", state.armed);
  out.Set("q", numbersToJs(env, state.q.data(), kJoints));
  out.Set("dq", numbersToJs(env, state.dq.data(), kJoints));
  out.Set("tauExternal", numbersToJs(env, state.tauExternal.data(), kJoints));
  out.Set("tooltip", numbersToJs(env, state.tooltip.data(), 3));
  out.Set("tooltipSpeed", state.tooltipSpeed);
  out.Set("toolMass", state.toolMass);
  out.Set("errors", errors);
  out.Set("received", double(state.received));
  out.Set("lost", double(state.lost));
  out.Set("received10s", double(state.received10s));
  out.Set("lost10s", double(state.lost10s));
  out.Set("successRate", state.successRate);
  out.Set("roundTripMeanMs", state.roundTripMeanMs);
  out.Set("roundTripWorstMs", state.roundTripWorstMs);
  out.Set("realTimeScheduling", state.realTimeScheduling);
  out.Set("steps", double(state.steps));
  out.Set("slowedSteps", double(state.slowedSteps));
  out.Set("clippedSteps", double(state.clippedSteps));
  out.Set("lateTicks", double(state.lateTicks));
  Napi::Array warned = Napi::Array::New(env), acted = Napi::Array::New(env);
  for (uint32_t row = 0; row <= kRules; row++) {
    warned.Set(row, double(state.rules.warned[row]));
    acted.Set(row, double(state.rules.acted[row]));
  }
  Napi::Object rules = Napi::Object::New(env);
  rules.Set("warned", warned);
  rules.Set("acted", acted);
  out.Set("rules", rules);
  out.Set("clockDrift", state.clockDrift);
  out.Set("cycleWorstUs", state.cycleWorstUs);
  out.Set("heartbeatAgeMs", state.heartbeatAgeMs);
  out.Set("stop", stopToJs(env, state));
  out.Set("violations", violations);
  return out;
}

}  // namespace forager
