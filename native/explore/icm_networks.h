#pragma once
#include "nn/mlp.h"
#include "nn/tape.h"

namespace forager {

// The two heads of the intrinsic curiosity module (Pathak et al. 2017), on features φ of the states.
struct IcmNetworks {
  Mlp* forward;  // φ(s), a → φ(s')
  Mlp* inverse;  // φ(s), φ(s') → a

  static std::vector<int> forwardSizes(int features, int actions, int hidden) {
    return {features + actions, hidden, features};
  }
  static std::vector<int> inverseSizes(int features, int actions, int hidden) {
    return {2 * features, hidden, actions};
  }

  // Records both losses: the mean length of each head's error.
  void recordLosses(Tape& tape, const Tensor& features, const Tensor& action, const Tensor& nextFeatures,
                    double& forwardLoss, double& inverseLoss) const;
};

}  // namespace forager
