#pragma once
#include <memory>
#include <vector>

#include "learn/gaussian_actor.h"
#include "learn/normalisation.h"
#include "nn/team.h"

namespace forager {

// A stochastic policy that is being learned, as an explorer acts with it: one observation at a time.
class ActingPolicy {
 public:
  // With `copies` it acts with weights of its own, so that learning can go on meanwhile; otherwise with the learner's.
  // The actor's observations are normalised when there is a normalisation, which is learned like the weights.
  ActingPolicy(const GaussianActor& learned, const Normalisation* normalisation, bool copies);

  // Takes over the learner's weights and normalisation; not during its update.
  void copyWeights();
  // a = tanh(μ + σ ε). observation [S], action [A]; draws [A] numbers. Allocates nothing.
  void act(const float* observation, RandomStream& noise, float* action);

 private:
  GaussianActor copyOf(const GaussianActor& actor);
  Mlp& copyOf(const Mlp& network);

  const GaussianActor& learned_;
  const Normalisation* learnedNormalisation_;
  Arena weights_, scratch_;
  std::vector<std::unique_ptr<Mlp>> copies_;  // the mean's, then the spread's
  GaussianActor actor_;
  std::vector<float> shift_, scale_;  // of its own, [S] each
  Normalisation normalisation_;       // that it acts with
  Tape tape_{scratch_};
  Team team_{1};
  Tensor input_;  // [1, S]
  GaussianActor::Distribution output_;
  std::vector<float> noise_;  // [A]
};

}  // namespace forager
