#pragma once
#include <vector>

#include "nn/mlp.h"
#include "nn/random.h"
#include "nn/squashed_gaussian.h"

namespace forager {

// The policy of SAC and its relatives: a squashed Gaussian whose mean and spread come from networks.
class GaussianActor {
 public:
  // Before they are squashed, [batch, A] each.
  struct Distribution {
    Tensor mean, spread;
  };

  // Without `spread` the network `mean` has 2A outputs: the means, then the spreads.
  GaussianActor(const SquashedGaussian& rule, Mlp& mean, Mlp* spread, int actions)
      : rule_(rule), mean_(&mean), spread_(spread), actions_(actions) {}

  const SquashedGaussian& rule() const { return rule_; }
  int actions() const { return actions_; }
  const Mlp& mean() const { return *mean_; }
  const Mlp* spread() const { return spread_; }
  Distribution forward(Tape& tape, const Tensor& observation, Gradients gradients) const;
  // a ~ π(s); draws [batch, A] numbers from `noise`.
  SquashedSample sample(Tape& tape, const Distribution& distribution, RandomStream& noise) const;
  void recordAdam(Tape& tape, const Adam& adam) const;

  // tanh(μ(s)), the policy that acts after training.
  std::vector<LayerValues> meanPolicy() const;

 private:
  SquashedGaussian rule_;
  Mlp* mean_;
  Mlp* spread_;
  int actions_;
};

}  // namespace forager
