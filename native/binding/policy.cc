// Acting with a trained policy.
#include <napi.h>

#include "binding/convert.h"
#include "binding/register.h"
#include "nn/policy_network.h"

namespace forager {

namespace {

std::vector<LayerValues> layersFromJs(const Napi::Array& array) {
  std::vector<LayerValues> layers;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object row = array.Get(i).As<Napi::Object>();
    LayerValues layer{
        row.Get("inputs").ToNumber(), row.Get("outputs").ToNumber(), activationFromJs(row.Get("activation")), {}, {}};
    const size_t inputs = static_cast<size_t>(layer.inputs), outputs = static_cast<size_t>(layer.outputs);
    const float* weight = floatsOf(row.Get("weight"), inputs * outputs, "weight");
    const float* bias = floatsOf(row.Get("bias"), outputs, "bias");
    layer.weight.assign(weight, weight + inputs * outputs);
    layer.bias.assign(bias, bias + outputs);
    layers.push_back(std::move(layer));
  }
  return layers;
}

class PolicyObject : public Napi::ObjectWrap<PolicyObject> {
 public:
  explicit PolicyObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<PolicyObject>(info) {
    network_ = guarded(info.Env(), "policy-refused",
                       [&] { return std::make_unique<PolicyNetwork>(layersFromJs(info[0].As<Napi::Array>())); });
  }

  static Napi::Function define(Napi::Env env) {
    using T = PolicyObject;
    return DefineClass(env, "Policy",
                       {InstanceAccessor<&T::observationSize>("observationSize"),
                        InstanceAccessor<&T::actionSize>("actionSize"), InstanceMethod<&T::act>("act")});
  }

 private:
  Napi::Value observationSize(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), network_->observationSize());
  }
  Napi::Value actionSize(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), network_->actionSize());
  }

  void act(const Napi::CallbackInfo& info) {
    const float* observation = floatsOf(info[0], static_cast<size_t>(network_->observationSize()), "observation");
    network_->act(observation, floatsOf(info[1], static_cast<size_t>(network_->actionSize()), "action"));
  }

  std::unique_ptr<PolicyNetwork> network_;
};

}  // namespace

}  // namespace forager

void registerPolicy(Napi::Env env, Napi::Object exports) { exports.Set("Policy", forager::PolicyObject::define(env)); }
