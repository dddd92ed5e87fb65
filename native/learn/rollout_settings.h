#pragma once
#include <vector>

#include "nn/settings.h"

namespace forager {

// Of both forms of the roll-out learner: in a whole world with its reward, and with the joints of an arm to a point.
struct RolloutSettings {
  double batch, hidden1, hidden2, modelRate, policyRate, modelUpdates, policyEvery, decayUpdates;
  double horizon, starts, gradientNorm;
  double modelHidden1, modelHidden2, homeShare, disagreementCost, hazardCost;  // in a world
  double jointHidden, firstShare, heldShare, heldHorizons, disturbance;        // to a point
  double smoothDistance, motionCost, changeCost, postureCost, limitCost, jointMargin, boxMargin;
};

const std::vector<SettingOf<RolloutSettings>>& rolloutSettingTable();

}  // namespace forager
