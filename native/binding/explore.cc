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
                static_cast<uint64_t>(o.Get("seed").ToNumber().Int64Value()), numbersOf(o.Get("settings")),
                o.Get("threads").IsUndefined() ? 1 : threadsOf(o.Get("threads")), o.Get("realTime").ToBoolean(),
                o.Get("keepGradients").ToBoolean()};
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
         InstanceMethod<&ExplorerObject::observe>("observe"), InstanceMethod<&ExplorerObject::learn>("learn"),
         InstanceMethod<&ExplorerObject::learning>("learning"), InstanceMethod<&ExplorerObject::behind>("behind"),
         InstanceMethod<&ExplorerObject::networks>("networks"),
         InstanceMethod<&ExplorerObject::gradients>("gradients"),
         InstanceMethod<&ExplorerObject::skill>("skill"), InstanceMethod<&ExplorerObject::reserve>("reserve"),
         InstanceMethod<&ExplorerObject::saveState>("saveState"),
         InstanceMethod<&ExplorerObject::restoreState>("restoreState"),
         InstanceMethod<&ExplorerObject::recall>("recall"), InstanceMethod<&ExplorerObject::close>("close"),
         InstanceAccessor<&ExplorerObject::operationsPerUpdate>("operationsPerUpdate")});
  }

 private:
  Explorer& open(const Napi::CallbackInfo& info) const {
    if (explorer_ == nullptr) throw Napi::Error::New(info.Env(), "This explorer is closed.");
    return *explorer_;
  }

  void beginEpisode(const Napi::CallbackInfo& info) {
    open(info).beginEpisode(static_cast<uint64_t>(info[0].ToNumber().Int64Value()));
  }

  void act(const Napi::CallbackInfo& info) {
    const float* observation = floatsOf(info[0], static_cast<size_t>(options_.observationSize), "observation");
    float* action = floatsOf(info[1], static_cast<size_t>(options_.actionSize), "action");
    guarded(info.Env(), "explorer-diverged", [&] { open(info).act(observation, action); });
  }

  void observe(const Napi::CallbackInfo& info) {
    const float* next = floatsOf(info[0], static_cast<size_t>(options_.observationSize), "observation");
    open(info).observe(next, static_cast<StepEnd>(wholeNumber(info[1], 0, 2, "end")));
  }

  void learn(const Napi::CallbackInfo& info) { open(info).learn(); }

  Napi::Value behind(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(open(info).behind()));
  }

  Napi::Value learning(const Napi::CallbackInfo& info) {
    const Explorer& explorer = open(info);
    Napi::Object out = Napi::Object::New(info.Env()), losses = Napi::Object::New(info.Env());
    for (const auto& [name, value] : explorer.losses()) losses.Set(name, value);
    out.Set("updates", static_cast<double>(explorer.updates()));
    out.Set("behind", static_cast<double>(explorer.behind()));
    out.Set("losses", losses);
    return out;
  }

  Napi::Value networks(const Napi::CallbackInfo& info) { return networksToJs(info.Env(), open(info).networks()); }

  Napi::Value gradients(const Napi::CallbackInfo& info) { return networksToJs(info.Env(), open(info).gradients()); }

  Napi::Value skill(const Napi::CallbackInfo& info) {
    const std::optional<int> skill = open(info).skill();
    return skill ? Napi::Number::New(info.Env(), *skill) : info.Env().Null();
  }

  Napi::Value operationsPerUpdate(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), open(info).operationsPerUpdate());
  }

  void reserve(const Napi::CallbackInfo& info) {
    const int64_t transitions = wholeNumber(info[0], 0, kLargestWhole, "transitions");
    guarded(info.Env(), "explorer-refused", [&] { open(info).reserve(static_cast<size_t>(transitions)); });
  }

  Napi::Value saveState(const Napi::CallbackInfo& info) { return bytesToJs(info.Env(), open(info).saveState()); }

  void restoreState(const Napi::CallbackInfo& info) {
    guarded(info.Env(), "explorer-state-refused", [&] { open(info).restoreState(bytesFromJs(info[0])); });
  }

  // recall({episode, steps, observations [steps + 1, S], actions [steps, A], terminal})
  void recall(const Napi::CallbackInfo& info) {
    const Napi::Object o = objectOf(info[0], "episode");
    const size_t steps = static_cast<size_t>(wholeNumber(o.Get("steps"), 1, INT32_MAX, "steps"));
    const size_t observations = (steps + 1) * static_cast<size_t>(options_.observationSize);
    const PastEpisode past{static_cast<uint64_t>(wholeNumber(o.Get("episode"), 0, kLargestWhole, "episode")),
                           floatsOf(o.Get("observations"), observations, "observations"),
                           floatsOf(o.Get("actions"), steps * static_cast<size_t>(options_.actionSize), "actions"),
                           steps, o.Get("terminal").ToBoolean()};
    guarded(info.Env(), "explorer-refused", [&] { open(info).recall(past); });
  }

  void close(const Napi::CallbackInfo&) { explorer_.reset(); }

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
