// Explorers: descriptions and the objects that choose actions.
#include <napi.h>

#include "binding/convert.h"
#include "binding/register.h"
#include "explore/explorer.h"

namespace forager {

namespace {

class ExplorerObject : public Napi::ObjectWrap<ExplorerObject> {
 public:
  explicit ExplorerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ExplorerObject>(info) {
    const Napi::Object o = info[0].As<Napi::Object>();
    options_ = {o.Get("mode").ToString(), o.Get("observationSize").ToNumber(), o.Get("actionSize").ToNumber(),
                static_cast<uint64_t>(o.Get("seed").ToNumber().Int64Value()), numbersOf(o.Get("settings"))};
    const std::string name = o.Get("explorer").ToString();
    explorer_ = guarded(info.Env(), "explorer-refused", [&] {
      if (options_.observationSize < 1 || options_.actionSize < 1)
        throw std::invalid_argument("An explorer needs observations and actions.");
      for (const ExplorerEntry& entry : explorers())
        if (entry.method.name == name) return entry.make(options_);
      throw std::invalid_argument("There is no explorer \"" + name + "\".");
    });
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Explorer",
        {InstanceMethod<&ExplorerObject::beginEpisode>("beginEpisode"), InstanceMethod<&ExplorerObject::act>("act"),
         InstanceMethod<&ExplorerObject::saveState>("saveState"),
         InstanceMethod<&ExplorerObject::restoreState>("restoreState")});
  }

 private:
  void beginEpisode(const Napi::CallbackInfo& info) {
    explorer_->beginEpisode(static_cast<uint64_t>(info[0].ToNumber().Int64Value()));
  }

  void act(const Napi::CallbackInfo& info) {
    const float* observation = floatsOf(info[0], static_cast<size_t>(options_.observationSize), "observation");
    explorer_->act(observation, floatsOf(info[1], static_cast<size_t>(options_.actionSize), "action"));
  }

  Napi::Value saveState(const Napi::CallbackInfo& info) { return bytesToJs(info.Env(), explorer_->saveState()); }

  void restoreState(const Napi::CallbackInfo& info) {
    guarded(info.Env(), "explorer-state-refused", [&] { explorer_->restoreState(bytesFromJs(info[0])); });
  }

  ExplorerOptions options_;
  std::unique_ptr<Explorer> explorer_;
};

Napi::Value describeExplorers(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const ExplorerEntry& entry : explorers()) out.Set(out.Length(), methodToJs(info.Env(), entry.method));
  return out;
}

}  // namespace

}  // namespace forager

void registerExplore(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  exports.Set("describeExplorers", Napi::Function::New(env, describeExplorers, "describeExplorers"));
  // The class stays inside: createExplorer(options) is `new Explorer(options)`.
  auto constructor = std::make_shared<Napi::FunctionReference>(Napi::Persistent(ExplorerObject::define(env)));
  exports.Set(
      "createExplorer",
      Napi::Function::New(
          env, [constructor](const Napi::CallbackInfo& info) -> Napi::Value { return constructor->New({info[0]}); },
          "createExplorer"));
}
