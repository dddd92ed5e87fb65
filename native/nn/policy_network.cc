#include "nn/policy_network.h"

#include <cstring>
#include <stdexcept>

namespace forager {

PolicyNetwork::PolicyNetwork(const std::vector<LayerValues>& layers) {
  if (layers.empty()) throw std::invalid_argument("A policy needs at least one layer.");
  int width = layers.front().inputs;
  if (width < 1) throw std::invalid_argument("A policy needs an observation.");
  float* x = input_ = arena_.floats(strideOf(width));
  for (const LayerValues& layer : layers) {
    if (layer.inputs != width || layer.outputs < 1 ||
        layer.weight.size() != static_cast<size_t>(layer.inputs) * layer.outputs ||
        layer.bias.size() != static_cast<size_t>(layer.outputs))
      throw std::invalid_argument("The layers of this policy do not fit together.");
    float* weight = arena_.floats(weightSize(layer.inputs, layer.outputs));
    packWeights(layer, weight);
    float* y = arena_.floats(strideOf(layer.outputs));
    layers_.push_back({x, strideOf(layer.inputs), weight, y, strideOf(layer.outputs), 1, layer.inputs, layer.outputs,
                       layer.activation});
    x = y;
    width = layer.outputs;
  }
}

void PolicyNetwork::act(const float* observation, float* action) {
  const KernelTable& k = kernels();
  std::memcpy(input_, observation, observationSize() * sizeof(float));
  for (const DenseForward& layer : layers_) k.forward(layer, 0, k.forwardUnits(1, layer.outputs));
  std::memcpy(action, layers_.back().y, actionSize() * sizeof(float));
}

}  // namespace forager
