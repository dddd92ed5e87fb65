// Instruction sets in use, and a single dense layer with its gradients for comparison against an oracle.
#include <napi.h>

#include "binding/convert.h"
#include "binding/register.h"
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
  const Napi::Object options = info[0].As<Napi::Object>(), row = info[1].As<Napi::Object>();
  const int batch = options.Get("batch").ToNumber(), piece = options.Get("units").ToNumber();
  LayerValues layer{
      row.Get("inputs").ToNumber(), row.Get("outputs").ToNumber(), activationFromJs(row.Get("activation")), {}, {}};
  const size_t inputs = static_cast<size_t>(layer.inputs), outputs = static_cast<size_t>(layer.outputs),
               rows = static_cast<size_t>(batch);
  const float* weightIn = floatsOf(row.Get("weight"), inputs * outputs, "weight");
  const float* biasIn = floatsOf(row.Get("bias"), outputs, "bias");
  layer.weight.assign(weightIn, weightIn + inputs * outputs);
  layer.bias.assign(biasIn, biasIn + outputs);

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
                                 x.stride,   x.data,   x.stride,      activationFromJs(options.Get("mask")),
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
  return Napi::Number::New(info.Env(), multiplyAddRate(threadsOf(info[0]), info[1].ToNumber()));
}

Napi::Value measureDense(const Napi::CallbackInfo& info) {
  const Napi::Object shape = info[0].As<Napi::Object>();
  return Napi::Number::New(info.Env(),
                           denseRate(shape.Get("batch").ToNumber(), shape.Get("inputs").ToNumber(),
                                     shape.Get("outputs").ToNumber(), threadsOf(info[1]), info[2].ToNumber()));
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
}
