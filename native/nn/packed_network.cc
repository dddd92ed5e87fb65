#include "nn/packed_network.h"

#include <stdexcept>

namespace forager {

PackedNetwork::PackedNetwork(const std::vector<LayerValues>& layers, int rows) {
  if (layers.empty()) throw std::invalid_argument("A network needs at least one layer.");
  int width = layers.front().inputs;
  if (width < 1 || rows < 1) throw std::invalid_argument("A network needs an input.");
  const size_t count = static_cast<size_t>(rows);
  float* x = input_ = arena_.floats(count * strideOf(width));
  for (const LayerValues& layer : layers) {
    if (layer.inputs != width || layer.outputs < 1 ||
        layer.weight.size() != static_cast<size_t>(layer.inputs) * layer.outputs ||
        layer.bias.size() != static_cast<size_t>(layer.outputs))
      throw std::invalid_argument("The layers of this network do not fit together.");
    float* weight = arena_.floats(weightSize(layer.inputs, layer.outputs));
    packWeights(layer, weight);
    float* y = arena_.floats(count * strideOf(layer.outputs));
    layers_.push_back({x, strideOf(layer.inputs), weight, y, strideOf(layer.outputs), rows, layer.inputs, layer.outputs,
                       layer.activation});
    x = y;
    width = layer.outputs;
  }
}

void PackedNetwork::run(int rows) {
  const KernelTable& k = kernels();
  for (DenseForward& layer : layers_) {
    layer.batch = rows;
    k.forward(layer, 0, k.forwardUnits(rows, layer.outputs));
  }
}

}  // namespace forager
