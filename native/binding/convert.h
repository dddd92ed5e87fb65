#pragma once
#include <napi.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "nn/mlp.h"
#include "nn/settings.h"

namespace forager {

// Runs `body` and turns a C++ exception into a JavaScript error with `code`.
template <class Body>
auto guarded(Napi::Env env, const char* code, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& failure) {
    Napi::Error error = Napi::Error::New(env, failure.what());
    error.Set("code", code);
    throw error;
  }
}

// A whole number from JavaScript within [least, most].
inline int64_t wholeNumber(const Napi::Value& value, int64_t least, int64_t most, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (number >= static_cast<double>(least) && number <= static_cast<double>(most) && number == std::floor(number))
    return static_cast<int64_t>(number);
  throw Napi::RangeError::New(value.Env(), std::string(name) + " is not a whole number from " + std::to_string(least) +
                                               " to " + std::to_string(most) + ".");
}

inline constexpr int64_t kLargestWhole = (int64_t{1} << 53) - 1;  // of JavaScript's numbers

// How long a measurement may block its thread.
inline double secondsOf(const Napi::Value& value) {
  const double seconds = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (seconds >= 0 && seconds <= 60) return seconds;
  throw Napi::RangeError::New(value.Env(), "The seconds of a measurement are a number from 0 to 60.");
}

inline Napi::Object objectOf(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not an object.");
  return value.As<Napi::Object>();
}

inline std::string textOf(const Napi::Value& value, const char* name) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a text.");
  return value.As<Napi::String>();
}

inline std::map<std::string, double> numbersOf(const Napi::Value& value) {
  std::map<std::string, double> out;
  if (value.IsUndefined()) return out;
  const Napi::Object object = objectOf(value, "settings");
  const Napi::Array keys = object.GetPropertyNames();
  for (uint32_t i = 0; i < keys.Length(); ++i) {
    const std::string key = keys.Get(i).ToString();
    const Napi::Value number = object.Get(key);
    if (!number.IsNumber())
      throw Napi::TypeError::New(value.Env(), "The setting \"" + key + "\" is not a number.");
    out[key] = number.As<Napi::Number>().DoubleValue();
  }
  return out;
}

inline Napi::Uint8Array bytesToJs(Napi::Env env, const std::vector<uint8_t>& bytes) {
  Napi::Uint8Array out = Napi::Uint8Array::New(env, bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.Data());
  return out;
}

inline std::vector<uint8_t> bytesFromJs(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    throw Napi::TypeError::New(value.Env(), "These are not bytes (a Uint8Array).");
  const Napi::Uint8Array array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

// The floats of a Float32Array that must have `count` of them.
inline float* floatsOf(const Napi::Value& value, size_t count, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
    throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a Float32Array.");
  Napi::Float32Array array = value.As<Napi::Float32Array>();
  if (array.ElementLength() != count)
    throw Napi::RangeError::New(value.Env(), std::string(name) + " has " + std::to_string(array.ElementLength()) +
                                                 " numbers instead of " + std::to_string(count) + ".");
  return array.Data();
}

inline Napi::Float32Array floatsToJs(Napi::Env env, const std::vector<float>& values) {
  Napi::Float32Array out = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

// A thread count from JavaScript, within 1 and the number of processors.
inline int threadsOf(const Napi::Value& value) {
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::clamp(value.ToNumber().Int32Value(), 1, processors);
}

Napi::Object methodToJs(Napi::Env env, const Method& method);
// A layer {inputs, outputs, activation, weight, bias}; throws when the arrays do not have its shape.
LayerValues layerFromJs(const Napi::Value& value);
Napi::Array layersToJs(Napi::Env env, const std::vector<LayerValues>& layers);
// {name: layers}
Napi::Object networksToJs(Napi::Env env,
                          const std::vector<std::pair<std::string, std::vector<LayerValues>>>& networks);
Activation activationFromJs(const Napi::Value& value);

}  // namespace forager
