#include "binding/arm_handle.h"

#include <cstring>

#include "arm/closed_arm.h"
#include "arm/in_process_arm.h"
#include "binding/arm_convert.h"
#include "binding/arm_records.h"
#include "binding/async_work.h"

namespace forager {

namespace {

// Memory of a typed array that must have this type and length.
template <typename T>
T* elements(const Napi::Value& value, napi_typedarray_type type, size_t count, const char* name) {
  if (value.IsTypedArray()) {
    const auto array = value.As<Napi::TypedArray>();
    if (array.TypedArrayType() == type && array.ElementLength() == count)
      return value.As<Napi::TypedArrayOf<T>>().Data();
  }
  throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a typed array of " + std::to_string(count) + ".");
}

float* floats(const Napi::Value& value, size_t count, const char* name) {
  return elements<float>(value, napi_float32_array, count, name);
}

int64_t* times(const Napi::Value& value) { return elements<int64_t>(value, napi_bigint64_array, 1, "tickTime"); }

}  // namespace

Napi::Function ArmHandle::defineClass(Napi::Env env) {
  return DefineClass(env, "SimulatedArm",
                     {InstanceAccessor<&ArmHandle::id>("id"), InstanceAccessor<&ArmHandle::realTime>("realTime"),
                      InstanceMethod<&ArmHandle::arm>("arm"), InstanceMethod<&ArmHandle::disarm>("disarm"),
                      InstanceMethod<&ArmHandle::rearm>("rearm"), InstanceMethod<&ArmHandle::beginHome>("beginHome"),
                      InstanceMethod<&ArmHandle::waitHome>("waitHome"),
                      InstanceMethod<&ArmHandle::beginEpisode>("beginEpisode"), InstanceMethod<&ArmHandle::step>("step"),
                      InstanceMethod<&ArmHandle::endEpisode>("endEpisode"), InstanceMethod<&ArmHandle::stop>("stop"),
                      InstanceMethod<&ArmHandle::heartbeat>("heartbeat"),
                      InstanceMethod<&ArmHandle::releaseHeartbeat>("releaseHeartbeat"),
                      InstanceMethod<&ArmHandle::setLimits>("setLimits"), InstanceMethod<&ArmHandle::state>("state"),
                      InstanceMethod<&ArmHandle::limits>("limits"),
                      InstanceMethod<&ArmHandle::recordedCycles>("recordedCycles"),
                      InstanceMethod<&ArmHandle::linkTimes>("linkTimes"), InstanceMethod<&ArmHandle::recover>("recover"),
                      InstanceMethod<&ArmHandle::close>("close")});
}

Napi::Object ArmHandle::wrap(const Napi::Function& constructor, std::shared_ptr<ArmDriver> arm) {
  const uint32_t id = registerArm(std::move(arm));
  const Napi::Object handle = constructor.New({Napi::Number::New(constructor.Env(), id)});
  Unwrap(handle)->owner_ = true;
  return handle;
}

Napi::Value ArmHandle::attach(const Napi::Function& constructor, uint32_t id) {
  if (!findArm(id)) return constructor.Env().Undefined();
  return constructor.New({Napi::Number::New(constructor.Env(), id)});
}

ArmHandle::ArmHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ArmHandle>(info) {
  if (info[0].IsNumber()) {
    id_ = info[0].ToNumber().Uint32Value();
    arm_ = findArm(id_);
    if (!arm_) throw Napi::Error::New(info.Env(), "There is no arm with this id.");
    return;
  }
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "SimulatedArm needs { model, seed }.");
  const Napi::Object options = info[0].As<Napi::Object>();
  const ArmModel model = armModelFromJs(options.Get("model"));
  const int64_t seed = options.Get("seed").ToNumber().Int64Value();
  arm_ = std::make_shared<InProcessArm>(model, static_cast<uint64_t>(seed));
  id_ = registerArm(arm_);
  owner_ = true;
}

ArmHandle::~ArmHandle() {
  if (owner_) unregisterArm(id_);
}

Napi::Value ArmHandle::id(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), id_); }
Napi::Value ArmHandle::realTime(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), arm_->realTime()); }

void ArmHandle::arm(const Napi::CallbackInfo& info) {
  orThrow(info.Env(), [&] { arm_->arm(); });
}

void ArmHandle::disarm(const Napi::CallbackInfo& info) {
  orThrow(info.Env(), [&] { arm_->disarm(); });
}

void ArmHandle::rearm(const Napi::CallbackInfo& info) {
  orThrow(info.Env(), [&] { arm_->rearm(); });
}

void ArmHandle::beginHome(const Napi::CallbackInfo& info) {
  orThrow(info.Env(), [&] { arm_->beginHome(); });
}

Napi::Value ArmHandle::waitHome(const Napi::CallbackInfo& info) {
  const auto budget = static_cast<int64_t>(info[0].ToNumber().DoubleValue() * 1e6);
  const bool home = orThrow(info.Env(), [&] { return arm_->waitHome(budget); });
  return Napi::String::New(info.Env(), home ? "home" : "moving");
}

void ArmHandle::beginEpisode(const Napi::CallbackInfo& info) {
  float* observation = floats(info[0], 2 * kJoints, "observation");
  float* tooltip = floats(info[1], 3, "tooltip");
  int64_t* tickTime = times(info[2]);
  const StepRecord record = orThrow(info.Env(), [&] { return arm_->beginEpisode(); });
  std::memcpy(observation, record.observation.data(), sizeof record.observation);
  std::memcpy(tooltip, record.tooltip.data(), sizeof record.tooltip);
  *tickTime = record.tickTimeNs;
}

void ArmHandle::step(const Napi::CallbackInfo& info) {
  std::array<float, kJoints> action;
  std::memcpy(action.data(), floats(info[0], kJoints, "action"), sizeof action);
  float* observation = floats(info[1], 2 * kJoints, "observation");
  float* tooltip = floats(info[2], 3, "tooltip");
  float* sent = floats(info[3], kJoints, "sent");
  int64_t* tickTime = times(info[4]);
  int32_t* facts = elements<int32_t>(info[5], napi_int32_array, 2, "info");
  const StepRecord record = orThrow(info.Env(), [&] { return arm_->step(action); });
  std::memcpy(observation, record.observation.data(), sizeof record.observation);
  std::memcpy(tooltip, record.tooltip.data(), sizeof record.tooltip);
  std::memcpy(sent, record.sent.data(), sizeof record.sent);
  *tickTime = record.tickTimeNs;
  facts[0] = record.flags;
  facts[1] = static_cast<int32_t>(record.end);
}

void ArmHandle::endEpisode(const Napi::CallbackInfo& info) {
  orThrow(info.Env(), [&] { arm_->endEpisode(); });
}

void ArmHandle::stop(const Napi::CallbackInfo& info) {
  arm_->stop(info[0].ToString().Utf8Value(), info[1].ToString().Utf8Value());
}

void ArmHandle::heartbeat(const Napi::CallbackInfo&) { arm_->heartbeat(); }
void ArmHandle::releaseHeartbeat(const Napi::CallbackInfo&) { arm_->releaseHeartbeat(); }
void ArmHandle::setLimits(const Napi::CallbackInfo& info) {
  const SupervisorLimits limits = supervisorFromJs(info[0]);
  orThrow(info.Env(), [&] { arm_->setLimits(limits); });
}

Napi::Value ArmHandle::state(const Napi::CallbackInfo& info) { return snapshotToJs(info.Env(), arm_->snapshot()); }

Napi::Value ArmHandle::limits(const Napi::CallbackInfo& info) {
  return orThrow(info.Env(), [&] { return supervisorToJs(info.Env(), arm_->limits()); });
}

Napi::Value ArmHandle::recordedCycles(const Napi::CallbackInfo& info) { return recordedCyclesToJs(info, *arm_); }
Napi::Value ArmHandle::linkTimes(const Napi::CallbackInfo& info) { return linkTimesToJs(info.Env(), *arm_); }

Napi::Value ArmHandle::recover(const Napi::CallbackInfo& info) {
  return AsyncWork::run(info.Env(), [arm = arm_] { arm->recover(); }, [](Napi::Env env) { return env.Undefined(); });
}

Napi::Value ArmHandle::close(const Napi::CallbackInfo& info) {
  if (!arm_->realTime()) {
    // Nothing to wait for. A session that makes an arm per episode needs its memory back at once: finalizers run only
    // when the thread's event loop turns.
    static const auto closed = std::make_shared<ClosedArm>();
    unregisterArm(id_);
    arm_->close();
    arm_ = closed;
    const auto deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
  }
  return AsyncWork::run(
      info.Env(),
      [arm = arm_, id = id_] {
        unregisterArm(id);
        arm->close();
      },
      [](Napi::Env env) { return env.Undefined(); });
}

}  // namespace forager
