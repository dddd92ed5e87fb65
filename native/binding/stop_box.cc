// StopBox, StopBoxProbe and PseudoStopBox of src/main/platform/native-stop-box.ts.
#include <fcntl.h>
#include <napi.h>
#include <stdlib.h>
#include <unistd.h>

#include "arm/stop_box.h"
#include "binding/arm_convert.h"
#include "binding/register.h"

namespace forager {

namespace {

constexpr double kMsToNs = 1e6;

Napi::Object wordsToJs(Napi::Env env, StopBoxPhase phase, StopBoxTrip trip) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("state", stopBoxStateName(phase));
  out.Set("message", stopBoxWords(phase));
  out.Set("released", phase == StopBoxPhase::closed);
  out.Set("tripCode", stopBoxCode(trip));
  out.Set("tripMessage", stopBoxWords(trip));
  return out;
}

class StopBoxHandle final : public Napi::ObjectWrap<StopBoxHandle> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "StopBox",
                       {InstanceMethod<&StopBoxHandle::guard>("guard"), InstanceMethod<&StopBoxHandle::state>("state"),
                        InstanceMethod<&StopBoxHandle::close>("close")});
  }

  explicit StopBoxHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StopBoxHandle>(info) {
    if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "StopBox needs its options.");
    const Napi::Object from = info[0].As<Napi::Object>();
    const std::string path = from.Get("path").ToString();
    const double age = from.Get("frameAge").ToNumber();
    const bool grip = from.Get("needsGrip").ToBoolean();
    const int64_t dieAfter = from.Has("dieAfterMs") ? from.Get("dieAfterMs").ToNumber().Int64Value() : 0;
    orThrow(info.Env(), [&] { box_ = std::make_unique<StopBox>(path, age, grip, dieAfter); });
  }

 private:
  void guard(const Napi::CallbackInfo& info) {
    box_->guard(info[0].IsNumber() ? findArm(info[0].ToNumber().Uint32Value()) : nullptr);
  }

  Napi::Value state(const Napi::CallbackInfo& info) {
    const StopBox::State state = box_->state();
    Napi::Object out = wordsToJs(info.Env(), state.phase, state.trip);
    out.Set("ageMs", box_->ageMs());
    out.Set("trips", double(state.trips));
    out.Set("portFailed", state.portError != 0);
    return out;
  }

  void close(const Napi::CallbackInfo&) { box_->close(); }

  std::unique_ptr<StopBox> box_;
};

// The decoder and the rules alone, with the test's own clock.
class StopBoxProbe final : public Napi::ObjectWrap<StopBoxProbe> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "StopBoxProbe",
                       {InstanceMethod<&StopBoxProbe::push>("push"), InstanceMethod<&StopBoxProbe::tick>("tick"),
                        InstanceMethod<&StopBoxProbe::state>("state")});
  }

  explicit StopBoxProbe(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<StopBoxProbe>(info),
        rules_(static_cast<int64_t>(info[0].ToNumber().DoubleValue() * kMsToNs), info[1].ToBoolean()) {}

 private:
  static int64_t time(const Napi::Value& ms) { return static_cast<int64_t>(ms.ToNumber().DoubleValue() * kMsToNs); }

  // bytes, ms: { frames: [{ sequence, inputs, uptime, flags }], damaged, trip }
  Napi::Value push(const Napi::CallbackInfo& info) {
    const auto bytes = info[0].As<Napi::Uint8Array>();
    Napi::Array frames = Napi::Array::New(info.Env());
    StopBoxTrip trip = StopBoxTrip::none;
    int damaged = 0;
    for (size_t i = 0; i < bytes.ElementLength(); i++) {
      StopBoxFrame frame;
      const auto found = decoder_.push(bytes[i], frame);
      StopBoxTrip now = StopBoxTrip::none;
      if (found == StopBoxDecoder::Found::frame) {
        Napi::Object fields = Napi::Object::New(info.Env());
        fields.Set("sequence", double(frame.sequence));
        fields.Set("inputs", double(frame.inputs));
        fields.Set("uptime", double(frame.uptime));
        fields.Set("flags", double(frame.flags));
        frames.Set(frames.Length(), fields);
        now = rules_.frame(frame, time(info[1]));
      } else if (found == StopBoxDecoder::Found::damaged) {
        damaged++;
        now = rules_.damaged(time(info[1]));
      }
      if (now != StopBoxTrip::none) trip = now;
    }
    Napi::Object out = Napi::Object::New(info.Env());
    out.Set("frames", frames);
    out.Set("damaged", double(damaged));
    out.Set("trip", stopBoxCode(trip));
    return out;
  }

  Napi::Value tick(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), stopBoxCode(rules_.tick(time(info[0]))));
  }

  Napi::Value state(const Napi::CallbackInfo& info) {
    return wordsToJs(info.Env(), rules_.phase(time(info[0])), StopBoxTrip::none);
  }

  StopBoxDecoder decoder_;
  StopBoxRules rules_;
};

// A stop box without hardware, on a pseudo terminal: its frames arrive at whoever opens its path.
class PseudoStopBox final : public Napi::ObjectWrap<PseudoStopBox> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "PseudoStopBox",
                       {InstanceAccessor<&PseudoStopBox::path>("path"), InstanceMethod<&PseudoStopBox::send>("send"),
                        InstanceMethod<&PseudoStopBox::close>("close")});
  }

  explicit PseudoStopBox(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<PseudoStopBox>(info), fd_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    const char* name = fd_ >= 0 && grantpt(fd_) == 0 && unlockpt(fd_) == 0 ? ptsname(fd_) : nullptr;
    if (name == nullptr) throw Napi::Error::New(info.Env(), "This computer gives no pseudo terminal.");
    path_ = name;
  }
  ~PseudoStopBox() override { end(); }

 private:
  Napi::Value path(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), path_); }

  // sequence, inputs: one frame.
  Napi::Value send(const Napi::CallbackInfo& info) {
    const auto bytes = encodeStopBoxFrame({static_cast<uint8_t>(info[0].ToNumber().Uint32Value()),
                                           static_cast<uint8_t>(info[1].ToNumber().Uint32Value()), 0, 0});
    const ssize_t sent = fd_ < 0 ? -1 : ::write(fd_, bytes.data(), bytes.size());
    // Nobody reads what the host answers, and it must not fill the port.
    uint8_t unread[256];
    while (fd_ >= 0 && ::read(fd_, unread, sizeof unread) > 0) continue;
    return Napi::Boolean::New(info.Env(), sent == static_cast<ssize_t>(bytes.size()));
  }

  void close(const Napi::CallbackInfo&) { end(); }

  void end() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  int fd_;
  std::string path_;
};

}  // namespace

}  // namespace forager

void registerStopBox(Napi::Env env, Napi::Object exports) {
  exports.Set("StopBox", forager::StopBoxHandle::defineClass(env));
  exports.Set("PseudoStopBox", forager::PseudoStopBox::defineClass(env));
  exports.Set("StopBoxProbe", forager::StopBoxProbe::defineClass(env));
}
