#pragma once
#include <vector>

#include "nn/settings.h"

namespace forager {

struct BcqSettings {
  double batch, hidden1, hidden2, autoencoderHidden, learningRate, discount, targetRate;
  double samples, actingSamples, latentClip, bound, minimumWeight, divergenceWeight;
  double separateBatches, withoutReplacement, endsTerminal, meanReward, autoencoderLast;
  double datasetActions, onlineTargetPerturbation, unclippedActions;
  double rawDeviation, linearDecoder, weakDivergence, maximumOutside, targetRanks, perturbsWinner;
  double normalise;
};

// Sources named in it: [C] the exploration paper's released code, [O] the BCQ authors' release of 2019-01, [O 2020] the
// same from 2020 on.
const std::vector<SettingOf<BcqSettings>>& bcqSettingTable();

}  // namespace forager
