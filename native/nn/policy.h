#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nn/mlp.h"

namespace forager {

// How batch-constrained Q-learning chooses an action (Fujimoto, Meger, Precup, "Off-policy deep reinforcement learning
// without exploration", ICML 2019, equation 11): the best of some actions like those of the data.
struct BcqSampler {
  int samples;      // actions to choose from
  int latent;       // J, size of z
  float latentClip; // z is clipped to +- this
  float bound;      // Phi, largest perturbation of a decoded action
  bool perturbsWinner;  // perturb the chosen action once more, as the exploration paper's released code does
};

// How the exploration paper's released TD3 acts, in evaluation too: clip(a + N(0, deviation^2), +-1).
struct NoiseSampler {
  double deviation;  // of the noise on each coordinate of the action
};

using PolicySampler = std::variant<BcqSampler, NoiseSampler>;

// A trained policy as learners give it and files keep it.
// Without a sampler or with noise: one network "actor", S -> A. With BCQ's: "decoder" [z, s] -> A, "perturbation"
// [s, a] -> A and "critic" [s, a] -> 1.
struct PolicyParts {
  std::vector<std::pair<std::string, std::vector<LayerValues>>> networks;
  std::optional<PolicySampler> sampler;
};

// A trained policy, ready to act on single observations. act() allocates nothing.
class Policy {
 public:
  virtual ~Policy() = default;

  virtual int observationSize() const = 0;
  virtual int actionSize() const = 0;
  // observation [S], action [A]
  virtual void act(const float* observation, float* action) = 0;
  // Begins the random stream of `seed`: after it the same observations give the same actions.
  virtual void reset(uint64_t seed) = 0;
};

// Throws std::invalid_argument when the parts are none of the known kinds or do not fit together.
std::unique_ptr<Policy> makePolicy(const PolicyParts& parts);

}  // namespace forager
