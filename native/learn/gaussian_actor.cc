#include "learn/gaussian_actor.h"

#include <cmath>

#include "nn/ops.h"

namespace forager {

GaussianActor::Distribution GaussianActor::forward(Tape& tape, const Tensor& observation, Gradients gradients) const {
  const Tensor mean = mean_->forward(tape, observation, gradients);
  if (spread_ != nullptr) return {mean, spread_->forward(tape, observation, gradients)};
  return {sliceColumns(tape, mean, 0, actions_), sliceColumns(tape, mean, actions_, actions_)};
}

SquashedSample GaussianActor::sample(Tape& tape, const Distribution& distribution, RandomStream& noise) const {
  const Tensor drawn = drawNormal(tape, noise, distribution.mean.rows, actions_);
  return sampleSquashed(tape, rule_, distribution.mean, distribution.spread, drawn);
}

void GaussianActor::recordAdam(Tape& tape, const Adam& adam) const {
  mean_->recordAdam(tape, adam);
  if (spread_ != nullptr) spread_->recordAdam(tape, adam);
}

std::vector<LayerValues> GaussianActor::meanPolicy() const {
  std::vector<LayerValues> layers = mean_->values();
  LayerValues& last = layers.back();
  last.outputs = actions_;
  last.weight.resize(static_cast<size_t>(actions_) * last.inputs);
  last.bias.resize(actions_);
  last.activation = Activation::tanh;
  return layers;
}

}  // namespace forager
