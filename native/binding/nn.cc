// Instruction sets in use, and a single dense layer with its gradients for comparison against an oracle.
#include <napi.h>

#include "binding/convert.h"
#include "binding/register.h"
#include "binding/sac_probe.h"
#include "binding/tape_probe.h"
#include "nn/measure.h"

namespace forager {

namespace {

Napi::Value cpuFeatures(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const KernelTable* table : allKernels()) out.Set(out.Length(), Napi::String::New(info.Env(), table->name));
  return out;
}

void selectKernelsByName(const Napi::CallbackInfo& info) {
  const std::string name = info[0].ToString();
  if (!selectKernels(name)) throw Napi::Error::New(info.Env(), "This processor has no kernels \"" + name + "\".");
}

Napi::Float32Array rowsOf(Napi::Env env, const float* data, const Tensor& shape) {
  std::vector<float> out;
  for (int r = 0; r < shape.rows; ++r) {
    const float* row = data + static_cast<size_t>(r) * shape.stride;
    out.insert(out.end(), row, row + shape.columns);
  }
  return floatsToJs(env, out);
}

void fillRows(float* data, const Tensor& shape, const float* values) {
  for (int r = 0; r < shape.rows; ++r)
    std::copy_n(values + static_cast<size_t>(r) * shape.columns, shape.columns,
                data + static_cast<size_t>(r) * shape.stride);
}

// denseLayer({batch, mask, units}, layer, x [batch, inputs], dy [batch, outputs])
//   -> {y, dx, weight, bias}: the output, and the gradients with respect to x, the weights and the bias for the
//   gradient `dy` of the layer's sum. `mask` is the activation whose output x is. `units` > 0 does the work in pieces
//   of that size.
Napi::Value denseLayer(const Napi::CallbackInfo& info) {
  const Napi::Object options = objectOf(info[0], "options");
  const int batch = static_cast<int>(wholeNumber(options.Get("batch"), 1, 65536, "batch")),
            piece = static_cast<int>(wholeNumber(options.Get("units"), 0, 65536, "units"));
  const Activation mask = activationFromJs(options.Get("mask"));
  const LayerValues layer = layerFromJs(info[1]);
  const size_t inputs = static_cast<size_t>(layer.inputs), outputs = static_cast<size_t>(layer.outputs),
               rows = static_cast<size_t>(batch);

  Arena arena;
  const Tensor x = makeTensor(arena, batch, layer.inputs), y = makeTensor(arena, batch, layer.outputs);
  float* weight = arena.floats(weightSize(layer.inputs, layer.outputs));
  float* transposed = arena.floats(transposedSize(layer.inputs, layer.outputs));
  LayerValues gradient = layer;
  float* packedGradient = arena.floats(weightSize(layer.inputs, layer.outputs));
  packWeights(layer, weight);
  transposeWeights(weight, transposed, layer.inputs, layer.outputs);
  fillRows(x.data, x, floatsOf(info[2], rows * inputs, "x"));
  fillRows(y.gradient, y, floatsOf(info[3], rows * outputs, "dy"));

  const KernelTable& k = kernels();
  const auto inPieces = [&](int units, auto run) {
    const int step = piece > 0 ? piece : units;
    for (int begin = 0; begin < units; begin += step) run(begin, std::min(units, begin + step));
  };
  const DenseForward forward{x.data, x.stride,     weight,        y.data,          y.stride,
                             batch,  layer.inputs, layer.outputs, layer.activation};
  inPieces(k.forwardUnits(batch, layer.outputs), [&](int b, int e) { k.forward(forward, b, e); });
  const int panels = panelsOf(layer.inputs);
  const DenseInputGradient input{y.gradient, y.stride, transposed,    x.gradient,
                                 x.stride,   x.data,   x.stride,      mask,
                                 false,      batch,    layer.outputs, 0,
                                 panels};
  inPieces(k.inputGradientUnits(batch, panels), [&](int b, int e) { k.inputGradient(input, b, e); });
  const DenseWeightGradient weights{x.data, x.stride, y.gradient,   y.stride,     packedGradient,
                                    false,  batch,    layer.inputs, layer.outputs};
  inPieces(k.weightGradientUnits(layer.inputs, layer.outputs), [&](int b, int e) { k.weightGradient(weights, b, e); });
  unpackWeights(packedGradient, gradient);

  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("y", rowsOf(info.Env(), y.data, y));
  out.Set("dx", rowsOf(info.Env(), x.gradient, x));
  out.Set("weight", floatsToJs(info.Env(), gradient.weight));
  out.Set("bias", floatsToJs(info.Env(), gradient.bias));
  return out;
}

// multiplyAddRate(threads, seconds) and denseRate({batch, inputs, outputs}, threads, seconds): operations per second
Napi::Value measureMultiplyAdd(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), multiplyAddRate(threadsOf(info[0]), secondsOf(info[1])));
}

Napi::Value measureDense(const Napi::CallbackInfo& info) {
  const Napi::Object shape = objectOf(info[0], "shape");
  const auto count = [&](const char* key) { return static_cast<int>(wholeNumber(shape.Get(key), 1, 65536, key)); };
  return Napi::Number::New(
      info.Env(), denseRate(count("batch"), count("inputs"), count("outputs"), threadsOf(info[1]), secondsOf(info[2])));
}

}  // namespace

}  // namespace forager

void registerNn(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  exports.Set("cpuFeatures", Napi::Function::New(env, cpuFeatures, "cpuFeatures"));
  exports.Set("selectKernels", Napi::Function::New(env, selectKernelsByName, "selectKernels"));
  exports.Set("multiplyAddRate", Napi::Function::New(env, measureMultiplyAdd, "multiplyAddRate"));
  exports.Set("denseRate", Napi::Function::New(env, measureDense, "denseRate"));
  exports.Set("denseLayer", Napi::Function::New(env, denseLayer, "denseLayer"));
  registerTapeProbe(env, exports);
  registerSacProbe(env, exports);
}
