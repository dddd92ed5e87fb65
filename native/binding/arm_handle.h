#pragma once
#include <napi.h>

#include <memory>

#include "arm/arm_driver.h"

namespace forager {

// ArmDriver of src/main/platform/native-arm.ts. `new SimulatedArm({ model, seed })` makes an arm in this process; the
// other two ways to a handle are wrap() and attach(), for any kind of arm.
class ArmHandle final : public Napi::ObjectWrap<ArmHandle> {
 public:
  static Napi::Function defineClass(Napi::Env env);
  // A handle that owns the arm: the arm is closed with it.
  static Napi::Object wrap(const Napi::Function& constructor, std::shared_ptr<ArmDriver> arm);
  // A handle on an arm that another thread owns; undefined when that arm is gone.
  static Napi::Value attach(const Napi::Function& constructor, uint32_t id);

  explicit ArmHandle(const Napi::CallbackInfo& info);
  ~ArmHandle() override;

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  Napi::Value realTime(const Napi::CallbackInfo& info);
  void arm(const Napi::CallbackInfo& info);
  void disarm(const Napi::CallbackInfo& info);
  void rearm(const Napi::CallbackInfo& info);
  void beginHome(const Napi::CallbackInfo& info);
  Napi::Value waitHome(const Napi::CallbackInfo& info);
  void beginEpisode(const Napi::CallbackInfo& info);
  void step(const Napi::CallbackInfo& info);
  void endEpisode(const Napi::CallbackInfo& info);
  void stop(const Napi::CallbackInfo& info);
  void heartbeat(const Napi::CallbackInfo& info);
  void releaseHeartbeat(const Napi::CallbackInfo& info);
  void setLimits(const Napi::CallbackInfo& info);
  Napi::Value state(const Napi::CallbackInfo& info);
  Napi::Value limits(const Napi::CallbackInfo& info);
  Napi::Value recordedCycles(const Napi::CallbackInfo& info);
  Napi::Value linkTimes(const Napi::CallbackInfo& info);
  Napi::Value recover(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  std::shared_ptr<ArmDriver> arm_;
  uint32_t id_ = 0;
  bool owner_ = false;
};

}  // namespace forager
