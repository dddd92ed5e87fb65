// Kinematics, the simulated arm, the arm over FCI and the simulated robot.
#include <memory>

#include "arm/kinematics.h"
#include "arm/point_speeds.h"
#include "arm/self_collision.h"
#include "arm/shaper.h"
#include "binding/arm_convert.h"
#include "binding/arm_handle.h"
#include "binding/async_work.h"
#include "binding/register.h"
#include "fci/client.h"
#include "fci/robot_server.h"

namespace forager {

namespace {

class KinematicsHandle final : public Napi::ObjectWrap<KinematicsHandle> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "Kinematics",
                       {InstanceMethod<&KinematicsHandle::toolPose>("toolPose"),
                        InstanceMethod<&KinematicsHandle::flangePose>("flangePose"),
                        InstanceMethod<&KinematicsHandle::nearestPair>("nearestPair"),
                        InstanceMethod<&KinematicsHandle::linkDistance>("linkDistance"),
                        InstanceMethod<&KinematicsHandle::smallestSingularValue>("smallestSingularValue")});
  }

  explicit KinematicsHandle(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<KinematicsHandle>(info),
        model_(armModelFromJs(info[0])),
        kinematics_(model_),
        collision_(model_) {}

 private:
  Napi::Value toolPose(const Napi::CallbackInfo& info) {
    return numbersToJs(info.Env(), kinematics_.toolPose(jointsFromJs(info[0], "q")).matrix().data(), 16);
  }

  Napi::Value flangePose(const Napi::CallbackInfo& info) {
    return numbersToJs(info.Env(), kinematics_.flange(jointsFromJs(info[0], "q")).matrix().data(), 16);
  }

  Napi::Value nearestPair(const Napi::CallbackInfo& info) {
    Frames frames;
    kinematics_.frames(jointsFromJs(info[0], "q"), frames);
    const Clearance nearest = collision_.nearest(frames);
    Napi::Object out = Napi::Object::New(info.Env());
    Napi::Array pair = Napi::Array::New(info.Env(), 2);
    pair.Set(0u, linkToJs(nearest.linkA));
    pair.Set(1u, linkToJs(nearest.linkB));
    out.Set("distance", nearest.distance);
    out.Set("pair", pair);
    return out;
  }

  Napi::Value smallestSingularValue(const Napi::CallbackInfo& info) {
    Frames frames;
    kinematics_.frames(jointsFromJs(info[0], "q"), frames);
    return Napi::Number::New(info.Env(), forager::smallestSingularValue(frames));
  }

  Napi::Value linkDistance(const Napi::CallbackInfo& info) {
    Frames frames;
    kinematics_.frames(jointsFromJs(info[0], "q"), frames);
    return Napi::Number::New(info.Env(), collision_.between(frames, linkFromJs(info[1]), linkFromJs(info[2])));
  }

  const ArmModel model_;
  const Kinematics kinematics_;
  const SelfCollision collision_;
};

class RobotHandle final : public Napi::ObjectWrap<RobotHandle> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "SimulatedRobot",
                       {InstanceAccessor<&RobotHandle::port>("port"), InstanceMethod<&RobotHandle::stats>("stats"),
                        InstanceMethod<&RobotHandle::record>("record"),
                        InstanceMethod<&RobotHandle::close>("close")});
  }

  explicit RobotHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RobotHandle>(info) {
    if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "SimulatedRobot needs its options.");
    const Napi::Object from = info[0].As<Napi::Object>();
    fci::ServerOptions options;
    options.host = from.Get("host").ToString();
    options.port = from.Get("port").ToNumber();
    options.protocol = from.Get("protocol").ToNumber();
    options.seed = static_cast<uint64_t>(from.Get("seed").ToNumber().Int64Value());
    options.fault = from.Get("fault").ToString();
    if (from.Get("patienceMs").IsNumber()) options.patienceMs = from.Get("patienceMs").ToNumber();
    if (from.Get("robotModel").IsString()) options.robotModel = from.Get("robotModel").ToString();
    if (from.Get("modelLibrary").IsTypedArray()) {
      const auto bytes = from.Get("modelLibrary").As<Napi::Uint8Array>();
      options.modelLibrary.assign(bytes.Data(), bytes.Data() + bytes.ElementLength());
    }
    if (from.Has("record")) options.record = static_cast<size_t>(from.Get("record").ToNumber().Int64Value());
    const ArmModel model = armModelFromJs(from.Get("model"));
    orThrow(info.Env(), [&] { server_ = std::make_shared<fci::RobotServer>(model, options); });
  }

 private:
  Napi::Value port(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), server_->port()); }

  Napi::Value stats(const Napi::CallbackInfo& info) {
    const fci::ServerStats stats = server_->stats();
    Napi::Object out = Napi::Object::New(info.Env());
    out.Set("clients", double(stats.clients));
    out.Set("states", double(stats.states));
    out.Set("commands", double(stats.commands));
    out.Set("dropped", double(stats.dropped));
    out.Set("reflexes", double(stats.reflexes));
    out.Set("moves", double(stats.moves));
    out.Set("stops", double(stats.stops));
    out.Set("faultAt", double(stats.faultAt));
    out.Set("restAt", double(stats.restAt));
    return out;
  }

  Napi::Value record(const Napi::CallbackInfo& info) {
    const std::vector<double> rows = server_->record(info[0].IsNumber() ? static_cast<size_t>(info[0].ToNumber().Int64Value()) : SIZE_MAX);
    return numbersToJs(info.Env(), rows.data(), rows.size());
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    return AsyncWork::run(info.Env(), [server = server_] { server->close(); }, [](Napi::Env env) { return env.Undefined(); });
  }

  std::shared_ptr<fci::RobotServer> server_;
};

// targets [n, 7] rad/s at 1 kHz, row-major; returns the velocities that the shapers emit from rest, [n, 7].
Napi::Value followVelocity(const Napi::CallbackInfo& info) {
  const auto shapers = makeShapers(armModelFromJs(info[0]));
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
    throw Napi::TypeError::New(info.Env(), "targets is not a Float64Array.");
  const auto targets = info[1].As<Napi::Float64Array>();
  Napi::Float64Array out = Napi::Float64Array::New(info.Env(), targets.ElementLength());
  JointVector v{}, a{};
  for (size_t k = 0; k < targets.ElementLength(); k++) {
    const size_t joint = k % kJoints;
    a[joint] = shapers[joint].nextAcceleration(targets[k], v[joint], a[joint]);
    v[joint] += a[joint] * 0.001;
    out[k] = v[joint];
  }
  return out;
}

// The class of arm handles of one JavaScript thread; ends with that thread's environment.
Napi::FunctionReference* armClass(const Napi::CallbackInfo& info) { return static_cast<Napi::FunctionReference*>(info.Data()); }

Napi::Value attachArm(const Napi::CallbackInfo& info) {
  return ArmHandle::attach(armClass(info)->Value(), info[0].ToNumber().Uint32Value());
}

std::optional<JointLimits> researchFromJs(const Napi::Value& value) {
  return value.IsObject() ? std::optional(jointLimitsFromJs(value)) : std::nullopt;
}

fci::Drill drillFromJs(const Napi::Value& value) {
  fci::Drill drill;
  if (!value.IsObject()) return drill;
  const Napi::Object from = value.As<Napi::Object>();
  drill.stallAfter = from.Get("stallAfter").ToNumber().Int64Value();
  drill.stallMs = from.Get("stallMs").ToNumber().Int32Value();
  drill.strictTime = from.Get("strictTime").ToBoolean();
  return drill;
}

Napi::Value connectArm(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "connectArm needs its options.");
  const Napi::Object options = info[0].As<Napi::Object>();
  auto connected = std::make_shared<std::shared_ptr<ArmDriver>>();
  return AsyncWork::run(
      info.Env(),
      [connected, model = armModelFromJs(options.Get("model")), research = researchFromJs(options.Get("research")), host = options.Get("host").ToString().Utf8Value(),
       port = options.Get("port").ToNumber().Int32Value(), timeout = options.Get("timeoutMs").ToNumber().Int32Value(),
       drill = drillFromJs(options.Get("drill"))] {
        *connected = fci::connectFciArm(model, research, host, port, timeout, drill);
      },
      [connected, arms = armClass(info)](Napi::Env) -> Napi::Value { return ArmHandle::wrap(arms->Value(), *connected); });
}

}  // namespace

}  // namespace forager

void registerRobot(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  auto* arms = new Napi::FunctionReference(Napi::Persistent(ArmHandle::defineClass(env)));
  env.AddCleanupHook([arms] { delete arms; });
  exports.Set("Kinematics", KinematicsHandle::defineClass(env));
  exports.Set("followVelocity", Napi::Function::New(env, followVelocity, "followVelocity"));
  exports.Set("SimulatedArm", arms->Value());
  exports.Set("attachArm", Napi::Function::New(env, attachArm, "attachArm", arms));
  exports.Set("connectArm", Napi::Function::New(env, connectArm, "connectArm", arms));
  exports.Set("SimulatedRobot", RobotHandle::defineClass(env));
}
