// SAC as an offline learner; the method itself is sac_agent.cc. Sources named below: [C] the exploration paper's
// released code, [O] the release of SAC's authors of 2018, [O v2] their release of 2019 (softlearning).
#include "learn/sac.h"

namespace forager {

const std::vector<SettingOf<SacSettings>>& sacSettingTable() {
  using S = SacSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch.",
        "[C] 64 with RND and 256 with DIAYN, [O] and [O v2] 256", 1, 65536, true, {256, 256, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of every network.",
        "[C] 400, [O] and [O v2] 256", 1, 4096, true, {400, 256, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of every network.",
        "[C] 300, [O] and [O v2] 256", 1, 4096, true, {300, 256, 256}}},
      {&S::learningRate,
       {"learningRate", "Learning rate", "",
        "Step size of Adam for every network and for the entropy weight.",
        "SAC paper, table 1: 3e-4", 0, 1, false, {3e-4, 3e-4, 3e-4}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of the value one step later.",
        "SAC paper, table 1: 0.99", 0, 1, false, {0.99, 0.99, 0.99}}},
      {&S::targetRate,
       {"targetRate", "Target rate", "",
        "How far the target networks move towards the online ones.",
        "SAC paper, table 1: 0.005", 0, 1, false, {0.005, 0.005, 0.005}}},
      {&S::rewardScale,
       {"rewardScale", "Reward scale", "",
        "Factor on every reward, against the entropy.",
        "[C] and SAC paper, table 2: 5, [O v2] 1", 0, 1e6, false, {5, 5, 1}}},
      {&S::entropyWeight,
       {"entropyWeight", "Entropy weight", "",
        "Weight of the policy's entropy against the return; where it is learned, its first value.",
        "[C], [O] and [O v2] 1", 1e-6, 1e6, false, {1, 1, 1}}},
      {&S::learnedAlpha,
       {"learnedAlpha", "Learned entropy weight", "switch",
        "The entropy weight is learned so that the entropy becomes minus the number of action coordinates.",
        "[O v2] on", 0, 1, true, {0, 0, 1}}},
      {&S::valueNetwork,
       {"valueNetwork", "Value network", "switch",
        "The critics' target is a value network; otherwise the target critics at an action of the policy.",
        "[C] and [O] on, [O v2] off", 0, 1, true, {1, 1, 0}}},
      {&S::minimumInActor,
       {"minimumInActor", "Smaller critic in the actor loss", "switch",
        "The policy climbs the smaller of both critics; otherwise critic 1.",
        "[C] on, [O] off, most forms of today on", 0, 1, true, {1, 0, 1}}},
      {&S::separateDeviation,
       {"separateDeviation", "Separate deviation network", "switch",
        "The standard deviation is relu(x) + 1e-5 of a network of its own; otherwise its logarithm, within -20 to 2, "
        "comes with the mean from one network.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::meanEntropy,
       {"meanEntropy", "Mean entropy", "switch",
        "The Gaussian log-density is a mean over action coordinates instead of a sum, and the value network sees the "
        "mean entropy of the batch.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::meanReward,
       {"meanReward", "Mean reward", "switch",
        "Each transition gets the mean reward of its mini-batch.",
        "[C] on with RND", 0, 1, true, {1, 0, 0}}},
      {&S::separateBatches,
       {"separateBatches", "Separate batches", "switch",
        "Value, each critic and the actor draw a mini-batch of their own.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::withoutReplacement,
       {"withoutReplacement", "Distinct transitions", "switch",
        "No transition twice in one mini-batch.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::endsTerminal,
       {"endsTerminal", "Every end is terminal", "switch",
        "Time limits and cuts count as terminals.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::uniformWeights,
       {"uniformWeights", "Uniform first weights", "switch",
        "First weights and biases are uniform within 1 over the root of a layer's inputs; otherwise Xavier weights and "
        "no biases.",
        "[C] on, [O] and [O v2] off", 0, 1, true, {1, 0, 0}}},
      {&S::normalise,
       {"normalise", "Normalise observations", "switch",
        "Observations minus their mean, over their standard deviation + 1e-3.",
        "TD3+BC paper, section 5", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

LearnerEntry sacLearner() {
  return {{"sac", "SAC", "A stochastic actor that maximises return and entropy; here trained offline, as it is.", true,
           settingsOf(sacSettingTable())},
          [](const Replay& replay, const LearnerOptions& options) -> std::unique_ptr<Learner> {
            const SacSettings settings = resolveSettings(sacSettingTable(), options.mode, options.settings);
            return std::make_unique<SacAgent>(replay, options, settings, valuesOf(sacSettingTable(), settings));
          }};
}

}  // namespace forager
