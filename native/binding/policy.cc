// Acting with a trained policy.
#include <napi.h>

#include "binding/convert.h"
#include "binding/register.h"
#include "nn/policy.h"

namespace forager {

namespace {

std::vector<LayerValues> layersFromJs(const Napi::Array& array) {
  std::vector<LayerValues> layers;
  for (uint32_t i = 0; i < array.Length(); ++i) layers.push_back(layerFromJs(array.Get(i)));
  return layers;
}

PolicySampler samplerFromJs(const Napi::Object& sampler) {
  const auto count = [&](const char* key) { return static_cast<int>(wholeNumber(sampler.Get(key), 1, 10000, key)); };
  const std::string kind = textOf(sampler.Get("kind"), "kind");
  if (kind == "noise") return NoiseSampler{sampler.Get("deviation").ToNumber().DoubleValue()};
  if (kind == "bcq")
    return BcqSampler{count("samples"), count("latent"), sampler.Get("latentClip").ToNumber(),
                      sampler.Get("bound").ToNumber(), sampler.Get("perturbsWinner").ToBoolean()};
  throw Napi::TypeError::New(sampler.Env(), "There is no sampler \"" + kind + "\". Samplers are bcq and noise.");
}

PolicyParts partsFromJs(const Napi::Object& object) {
  PolicyParts parts;
  const Napi::Object networks = objectOf(object.Get("networks"), "networks");
  const Napi::Array names = networks.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString();
    parts.networks.emplace_back(name, layersFromJs(networks.Get(name).As<Napi::Array>()));
  }
  const Napi::Value value = object.Get("sampler");
  if (value.IsObject()) parts.sampler = samplerFromJs(value.As<Napi::Object>());
  return parts;
}

class PolicyObject : public Napi::ObjectWrap<PolicyObject> {
 public:
  explicit PolicyObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<PolicyObject>(info) {
    if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "A policy is made of parts.");
    policy_ =
        guarded(info.Env(), "policy-refused", [&] { return makePolicy(partsFromJs(info[0].As<Napi::Object>())); });
  }

  static Napi::Function define(Napi::Env env) {
    using T = PolicyObject;
    return DefineClass(
        env, "Policy",
        {InstanceAccessor<&T::observationSize>("observationSize"), InstanceAccessor<&T::actionSize>("actionSize"),
         InstanceMethod<&T::act>("act"), InstanceMethod<&T::reset>("reset")});
  }

 private:
  Napi::Value observationSize(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), policy_->observationSize());
  }
  Napi::Value actionSize(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), policy_->actionSize());
  }

  void act(const Napi::CallbackInfo& info) {
    const float* observation = floatsOf(info[0], static_cast<size_t>(policy_->observationSize()), "observation");
    policy_->act(observation, floatsOf(info[1], static_cast<size_t>(policy_->actionSize()), "action"));
  }

  void reset(const Napi::CallbackInfo& info) {
    policy_->reset(static_cast<uint64_t>(wholeNumber(info[0], 0, kLargestWhole, "seed")));
  }

  std::unique_ptr<Policy> policy_;
};

}  // namespace

}  // namespace forager

void registerPolicy(Napi::Env env, Napi::Object exports) { exports.Set("Policy", forager::PolicyObject::define(env)); }
