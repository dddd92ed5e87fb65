#include "nn/bcq_policy.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace forager {

namespace {

constexpr int kMostSamples = 10000;

// The rows of every network are made for it, so it is checked before they are.
const BcqSampler& checked(const BcqSampler& sampler) {
  if (sampler.samples < 1 || sampler.samples > kMostSamples || sampler.latent < 1 || !(sampler.latentClip > 0) ||
      !(sampler.bound >= 0))
    throw std::invalid_argument("The sampler of this policy has numbers out of range.");
  return sampler;
}

}  // namespace

BcqPolicy::BcqPolicy(const std::vector<LayerValues>& decoder, const std::vector<LayerValues>& perturbation,
                     const std::vector<LayerValues>& critic, const BcqSampler& sampler)
    : sampler_(checked(sampler)),
      decoder_(decoder, sampler.samples),
      perturbation_(perturbation, sampler.samples),
      critic_(critic, sampler.samples),
      z_(static_cast<size_t>(sampler.samples) * sampler.latent) {
  const int states = observationSize(), actions = actionSize();
  if (states < 1 || perturbation_.inputs() != states + actions || perturbation_.outputs() != actions ||
      critic_.inputs() != states + actions || critic_.outputs() != 1)
    throw std::invalid_argument("The networks of this policy do not fit together.");
}

void BcqPolicy::act(const float* observation, float* action) {
  const int samples = sampler_.samples, latent = sampler_.latent, states = observationSize(), actions = actionSize();
  // z ~ N(0, 1) clipped, a = decoder(z, s)
  noise_.normal(z_.data(), z_.size());
  for (float& z : z_) z = std::clamp(z, -sampler_.latentClip, sampler_.latentClip);
  for (int r = 0; r < samples; ++r) {
    std::memcpy(decoder_.input(r), z_.data() + static_cast<size_t>(r) * latent, latent * sizeof(float));
    std::memcpy(decoder_.input(r) + latent, observation, states * sizeof(float));
    std::memcpy(perturbation_.input(r), observation, states * sizeof(float));
    std::memcpy(critic_.input(r), observation, states * sizeof(float));
  }
  decoder_.run(samples);
  for (int r = 0; r < samples; ++r)
    std::memcpy(perturbation_.input(r) + states, decoder_.output(r), actions * sizeof(float));
  // a <- clip(a + Phi xi(s, a), +-1)
  perturb(samples);
  for (int r = 0; r < samples; ++r)
    std::memcpy(critic_.input(r) + states, perturbation_.input(r) + states, actions * sizeof(float));
  // a of the largest Q(s, a)
  critic_.run(samples);
  int best = 0;
  for (int r = 1; r < samples; ++r)
    if (*critic_.output(r) > *critic_.output(best)) best = r;
  float* chosen = perturbation_.input(0) + states;
  std::memcpy(chosen, critic_.input(best) + states, actions * sizeof(float));
  if (sampler_.perturbsWinner) perturb(1);
  std::memcpy(action, chosen, actions * sizeof(float));
}

// Perturbs the actions in the first rows of the perturbation's own input, where its result replaces them.
void BcqPolicy::perturb(int rows) {
  const int states = observationSize(), actions = actionSize();
  perturbation_.run(rows);
  for (int r = 0; r < rows; ++r) {
    float* a = perturbation_.input(r) + states;
    const float* xi = perturbation_.output(r);
    for (int c = 0; c < actions; ++c) a[c] = std::clamp(a[c] + sampler_.bound * xi[c], -1.0f, 1.0f);
  }
}

}  // namespace forager
