// GripperDriver and SimulatedGripper of src/main/platform/native-gripper.ts.
#include <napi.h>

#include <memory>

#include "binding/arm_convert.h"
#include "binding/async_work.h"
#include "binding/register.h"
#include "fci/gripper_client.h"
#include "fci/gripper_server.h"

namespace forager {

namespace {

const char* name(fci::GripperActivity activity) {
  constexpr const char* kNames[] = {"none", "homing", "grasping", "moving", "stopping"};
  return kNames[static_cast<int>(activity)];
}

const char* name(fci::GripperOutcome outcome) {
  constexpr const char* kNames[] = {"done", "missed", "refused", "aborted", "replaced", "lost"};
  return kNames[static_cast<int>(outcome)];
}

const char* name(fci::GripperCommand command) {
  constexpr const char* kNames[] = {"connect", "home", "grasp", "move", "stop"};
  return kNames[static_cast<int>(command)];
}

fci::GripperCommand commandFromJs(const Napi::Value& value) {
  const std::string word = value.ToString();
  for (const auto command : {fci::GripperCommand::kHoming, fci::GripperCommand::kGrasp, fci::GripperCommand::kMove})
    if (word == name(command)) return command;
  throw Napi::TypeError::New(value.Env(), "A gripper command is home, move or grasp.");
}

fci::GripperTask taskFromJs(const Napi::Value& value) {
  if (!value.IsObject()) return {};
  const Napi::Object from = value.As<Napi::Object>();
  const auto number = [&](const char* key) {
    const Napi::Value found = from.Get(key);
    return found.IsNumber() ? found.ToNumber().DoubleValue() : 0.0;
  };
  return {number("width"), number("speed"), number("epsilonInner"), number("epsilonOuter"), number("force")};
}

class GripperHandle final : public Napi::ObjectWrap<GripperHandle> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "Gripper",
                       {InstanceMethod<&GripperHandle::state>("state"), InstanceMethod<&GripperHandle::request>("request"),
                        InstanceMethod<&GripperHandle::stop>("stop"), InstanceMethod<&GripperHandle::close>("close")});
  }

  explicit GripperHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<GripperHandle>(info) {
    if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "Use connectGripper().");
    client_ = *info[0].As<Napi::External<std::shared_ptr<fci::GripperClient>>>().Data();
  }

 private:
  Napi::Value state(const Napi::CallbackInfo& info) {
    const fci::GripperSnapshot now = client_->snapshot();
    Napi::Object out = Napi::Object::New(info.Env());
    Napi::Array results = Napi::Array::New(info.Env());
    for (const fci::GripperResult& result : now.results) {
      if (result.job == 0) continue;
      Napi::Object row = Napi::Object::New(info.Env());
      row.Set("job", double(result.job));
      row.Set("command", name(result.command));
      row.Set("outcome", name(result.outcome));
      row.Set("width", result.width);
      results.Set(results.Length(), row);
    }
    out.Set("connected", now.connected);
    out.Set("ageMs", now.ageMs);
    out.Set("width", now.state.width);
    out.Set("maxWidth", now.state.maxWidth);
    out.Set("grasped", now.state.grasped);
    out.Set("temperature", double(now.state.temperature));
    out.Set("activity", name(now.activity));
    out.Set("waiting", now.waiting);
    out.Set("results", results);
    return out;
  }

  Napi::Value request(const Napi::CallbackInfo& info) {
    const fci::GripperCommand command = commandFromJs(info[0]);
    const fci::GripperTask task = taskFromJs(info[1]);
    return orThrow(info.Env(), [&] { return Napi::Number::New(info.Env(), double(client_->request(command, task))); });
  }

  void stop(const Napi::CallbackInfo&) { client_->stop(); }

  Napi::Value close(const Napi::CallbackInfo& info) {
    return AsyncWork::run(info.Env(), [client = client_] { client->close(); }, [](Napi::Env env) { return env.Undefined(); });
  }

  std::shared_ptr<fci::GripperClient> client_;
};

class SimulatedGripper final : public Napi::ObjectWrap<SimulatedGripper> {
 public:
  static Napi::Function defineClass(Napi::Env env) {
    return DefineClass(env, "SimulatedGripper",
                       {InstanceAccessor<&SimulatedGripper::port>("port"),
                        InstanceAccessor<&SimulatedGripper::commands>("commands"),
                        InstanceMethod<&SimulatedGripper::close>("close")});
  }

  explicit SimulatedGripper(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SimulatedGripper>(info) {
    if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "SimulatedGripper needs its options.");
    const Napi::Object from = info[0].As<Napi::Object>();
    const std::string host = from.Get("host").ToString();
    const int port = from.Get("port").ToNumber();
    std::optional<double> object;
    if (from.Get("objectWidth").IsNumber()) object = from.Get("objectWidth").ToNumber().DoubleValue();
    orThrow(info.Env(), [&] { server_ = std::make_shared<fci::GripperServer>(host, port, object); });
  }

 private:
  Napi::Value port(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), server_->port()); }
  Napi::Value commands(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), double(server_->commands())); }

  Napi::Value close(const Napi::CallbackInfo& info) {
    return AsyncWork::run(info.Env(), [server = server_] { server->close(); }, [](Napi::Env env) { return env.Undefined(); });
  }

  std::shared_ptr<fci::GripperServer> server_;
};

Napi::Value connectGripper(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "connectGripper needs its options.");
  const Napi::Object options = info[0].As<Napi::Object>();
  auto connected = std::make_shared<std::shared_ptr<fci::GripperClient>>();
  return AsyncWork::run(
      info.Env(),
      [connected, host = options.Get("host").ToString().Utf8Value(), port = options.Get("port").ToNumber().Int32Value(),
       timeout = options.Get("timeoutMs").ToNumber().Int32Value()] {
        *connected = std::make_shared<fci::GripperClient>(host, port, timeout);
      },
      [connected, handles = static_cast<Napi::FunctionReference*>(info.Data())](Napi::Env env) -> Napi::Value {
        return handles->Value().New({Napi::External<std::shared_ptr<fci::GripperClient>>::New(env, connected.get())});
      });
}

}  // namespace

}  // namespace forager

void registerGripper(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  auto* handles = new Napi::FunctionReference(Napi::Persistent(GripperHandle::defineClass(env)));
  env.AddCleanupHook([handles] { delete handles; });
  exports.Set("connectGripper", Napi::Function::New(env, connectGripper, "connectGripper", handles));
  exports.Set("SimulatedGripper", SimulatedGripper::defineClass(env));
}
