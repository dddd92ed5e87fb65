#include "explore/icm_networks.h"

#include "explore/prediction_error.h"

namespace forager {

void IcmNetworks::recordLosses(Tape& tape, const Tensor& features, const Tensor& action, const Tensor& nextFeatures,
                               double& forwardLoss, double& inverseLoss) const {
  const Tensor next = forward->forward(tape, tape.join(features, action), Gradients::weights);
  recordErrorLoss(tape, {next}, nextFeatures, forwardLoss);
  const Tensor taken = inverse->forward(tape, tape.join(features, nextFeatures), Gradients::weights);
  recordErrorLoss(tape, {taken}, action, inverseLoss);
}

}  // namespace forager
