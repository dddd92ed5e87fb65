#pragma once
#include <vector>

#include "nn/settings.h"

namespace forager {

struct CqlSettings {
  double batch, hidden1, hidden2, hidden3, actorLearningRate, learningRate, discount, targetRate;
  double penaltyWeight, penaltyTemperature, penaltySamples, lagrangeThreshold, cloningUpdates;
  double orthogonalWeights, normalise;
};

// Sources named in it: [O] the CQL authors' release, its script for D4RL; [CORL] the port in the CORL library; [ExORL]
// Yarats et al. 2022.
const std::vector<SettingOf<CqlSettings>>& cqlSettingTable();

}  // namespace forager
