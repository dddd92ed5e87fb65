#include "binding/convert.h"

namespace forager {

namespace {

const char* nameOf(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return "relu";
    case Activation::tanh:
      return "tanh";
    default:
      return "linear";
  }
}

Napi::Object settingToJs(Napi::Env env, const Setting& setting) {
  Napi::Object out = Napi::Object::New(env), defaults = Napi::Object::New(env);
  for (size_t i = 0; i < kModes.size(); ++i) defaults.Set(kModes[i], setting.defaults[i]);
  out.Set("key", setting.key);
  out.Set("label", setting.label);
  out.Set("unit", setting.unit);
  out.Set("meaning", setting.meaning);
  out.Set("source", setting.source);
  out.Set("minimum", setting.minimum);
  out.Set("maximum", setting.maximum);
  out.Set("integer", setting.integer);
  out.Set("defaults", defaults);
  return out;
}

}  // namespace

Napi::Object methodToJs(Napi::Env env, const Method& method) {
  Napi::Object out = Napi::Object::New(env);
  Napi::Array modes = Napi::Array::New(env), settings = Napi::Array::New(env);
  for (const char* mode : kModes) modes.Set(modes.Length(), Napi::String::New(env, mode));
  for (const Setting& setting : method.settings) settings.Set(settings.Length(), settingToJs(env, setting));
  out.Set("name", method.name);
  out.Set("label", method.label);
  out.Set("summary", method.summary);
  out.Set("learns", method.learns);
  out.Set("modes", modes);
  out.Set("settings", settings);
  return out;
}

Napi::Array layersToJs(Napi::Env env, const std::vector<LayerValues>& layers) {
  Napi::Array out = Napi::Array::New(env);
  for (const LayerValues& layer : layers) {
    Napi::Object row = Napi::Object::New(env);
    row.Set("inputs", layer.inputs);
    row.Set("outputs", layer.outputs);
    row.Set("activation", nameOf(layer.activation));
    row.Set("weight", floatsToJs(env, layer.weight));
    row.Set("bias", floatsToJs(env, layer.bias));
    out.Set(out.Length(), row);
  }
  return out;
}

Napi::Object networksToJs(Napi::Env env,
                          const std::vector<std::pair<std::string, std::vector<LayerValues>>>& networks) {
  Napi::Object out = Napi::Object::New(env);
  for (const auto& [name, layers] : networks) out.Set(name, layersToJs(env, layers));
  return out;
}

LayerValues layerFromJs(const Napi::Value& value) {
  constexpr int64_t kMostUnits = 65536;
  const Napi::Object row = objectOf(value, "layer");
  LayerValues layer{static_cast<int>(wholeNumber(row.Get("inputs"), 1, kMostUnits, "inputs")),
                    static_cast<int>(wholeNumber(row.Get("outputs"), 1, kMostUnits, "outputs")),
                    activationFromJs(row.Get("activation")),
                    {},
                    {}};
  // Both are read before either is looked into: reading a property may run code that takes the other's memory away.
  const Napi::Value weights = row.Get("weight"), biases = row.Get("bias");
  const size_t outputs = static_cast<size_t>(layer.outputs), count = static_cast<size_t>(layer.inputs) * outputs;
  const float* weight = floatsOf(weights, count, "weight");
  const float* bias = floatsOf(biases, outputs, "bias");
  layer.weight.assign(weight, weight + count);
  layer.bias.assign(bias, bias + outputs);
  return layer;
}

Activation activationFromJs(const Napi::Value& value) {
  const std::string name = textOf(value, "activation");
  for (Activation activation : {Activation::linear, Activation::relu, Activation::tanh})
    if (name == nameOf(activation)) return activation;
  throw Napi::TypeError::New(value.Env(), "There is no activation \"" + name + "\".");
}

}  // namespace forager
