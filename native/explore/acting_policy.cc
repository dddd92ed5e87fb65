#include "explore/acting_policy.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

std::vector<int> sizesOf(const Mlp& network) {
  std::vector<int> sizes;
  for (const LayerValues& layer : network.values()) {
    if (sizes.empty()) sizes.push_back(layer.inputs);
    sizes.push_back(layer.outputs);
  }
  return sizes;
}

}  // namespace

ActingPolicy::ActingPolicy(const GaussianActor& learned, const Normalisation* normalisation, bool copies)
    : learned_(learned),
      learnedNormalisation_(normalisation),
      actor_(copies ? copyOf(learned) : learned),
      noise_(static_cast<size_t>(learned.actions())) {
  input_ = makeTensor(scratch_, 1, sizesOf(learned.mean()).front());
  shift_.assign(input_.columns, 0.0f);
  scale_.assign(input_.columns, 1.0f);
  normalisation_ = copies || normalisation == nullptr ? Normalisation{shift_.data(), scale_.data()} : *normalisation;
  output_ = actor_.forward(tape_, input_, Gradients::none);
  tape_.schedule(1);
  copyWeights();
}

GaussianActor ActingPolicy::copyOf(const GaussianActor& actor) {
  Mlp& mean = copyOf(actor.mean());
  Mlp* spread = actor.spread() != nullptr ? &copyOf(*actor.spread()) : nullptr;
  return {actor.rule(), mean, spread, actor.actions()};
}

// Without its weights.
Mlp& ActingPolicy::copyOf(const Mlp& network) {
  copies_.push_back(std::make_unique<Mlp>(weights_, scratch_, sizesOf(network), Activation::linear, false));
  return *copies_.back();
}

void ActingPolicy::copyWeights() {
  if (copies_.empty()) return;
  copies_[0]->copyFrom(learned_.mean());
  if (learned_.spread() != nullptr) copies_[1]->copyFrom(*learned_.spread());
  if (learnedNormalisation_ == nullptr) return;
  std::copy_n(learnedNormalisation_->shift, shift_.size(), shift_.data());
  std::copy_n(learnedNormalisation_->scale, scale_.size(), scale_.data());
}

void ActingPolicy::act(const float* observation, RandomStream& noise, float* action) {
  for (int i = 0; i < input_.columns; ++i)
    input_.data[i] = (observation[i] - normalisation_.shift[i]) * normalisation_.scale[i];
  team_.run(tape_);
  noise.normal(noise_.data(), noise_.size());
  for (int c = 0; c < actor_.actions(); ++c)
    action[c] = std::tanh(output_.mean.data[c] + actor_.rule().deviation(output_.spread.data[c]) * noise_[c]);
}

}  // namespace forager
