// TD3+BC: Fujimoto, Gu, "A minimalist approach to offline reinforcement learning", NeurIPS 2021,
// https://arxiv.org/abs/2106.06860. TD3 in the form of its authors' later release, its actor loss with an imitation
// term (equation 5) and normalised observations. The paper and its release agree, so the three modes are the same.
#include "learn/td3_bc.h"

#include "learn/td3.h"

namespace forager {

namespace {

const std::vector<SettingOf<Td3Settings>>& settingTable() {
  using S = Td3Settings;
  static const std::vector<SettingOf<S>> table{
      {&S::valueWeight,
       {"valueWeight", "Value weight", "",
        "Weight of the value against imitation: the actor maximises this times Q over the mean of |Q|, minus the "
        "squared "
        "distance to the action in the dataset.",
        "paper, section 4", 0.0001, 1000, false, {2.5, 2.5, 2.5}}},
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch.",
        "paper, table 3", 1, 65536, true, {256, 256, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of every network.",
        "paper, table 3", 1, 4096, true, {256, 256, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of every network.",
        "paper, table 3", 1, 4096, true, {256, 256, 256}}},
      {&S::learningRate,
       {"learningRate", "Learning rate", "",
        "Step size of Adam for actor and critics.",
        "paper, table 3", 0, 1, false, {3e-4, 3e-4, 3e-4}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of the value one step later.",
        "paper, table 3", 0, 1, false, {0.99, 0.99, 0.99}}},
      {&S::targetRate,
       {"targetRate", "Target rate", "",
        "How far the target networks move towards the online ones.",
        "paper, table 3", 0, 1, false, {0.005, 0.005, 0.005}}},
      {&S::smoothing,
       {"smoothing", "Smoothing noise", "",
        "Standard deviation of the noise on the target action.",
        "paper, table 3", 0, 10, false, {0.2, 0.2, 0.2}}},
      {&S::smoothingClip,
       {"smoothingClip", "Smoothing clip", "",
        "Bound on that noise.",
        "paper, table 3", 0, 10, false, {0.5, 0.5, 0.5}}},
      {&S::policyDelay,
       {"policyDelay", "Policy delay", "updates",
        "Critic updates per update of actor and targets.",
        "paper, table 3", 1, 1000, true, {2, 2, 2}}},
      {&S::normalise,
       {"normalise", "Normalise observations", "switch",
        "Observations minus their mean, over their standard deviation + 1e-3.",
        "paper, section 5", 0, 1, true, {1, 1, 1}}},
  };
  return table;
}

}  // namespace

LearnerEntry td3BcLearner() {
  return {{"td3_bc", "TD3+BC", "TD3 with an actor that also stays near the actions of the dataset.", true,
           settingsOf(settingTable())},
          [](const Replay& replay, const LearnerOptions& options) {
            Td3Settings settings = resolveSettings(settingTable(), options.mode, options.settings);
            settings.lateStart = 1;  // as in the release: the first actor update is in update `policyDelay`
            return makeTd3(replay, options, settings, valuesOf(settingTable(), settings));
          }};
}

}  // namespace forager
