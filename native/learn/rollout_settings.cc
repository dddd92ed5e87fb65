#include "learn/rollout_settings.h"

namespace forager {

const std::vector<SettingOf<RolloutSettings>>& rolloutSettingTable() {
  using S = RolloutSettings;
  constexpr const char* kOurs = "chosen for this program";
  static const std::vector<SettingOf<S>> table{
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch of the models.", kOurs, 1, 65536, true, {256, 256, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of the policy.", kOurs, 1, 4096, true, {256, 256, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of the policy.", kOurs, 1, 4096, true, {256, 256, 256}}},
      {&S::modelRate,
       {"modelRate", "Learning rate of the models", "",
        "Step size of Adam for the models at the start.", kOurs, 0, 1, false, {1e-3, 1e-3, 1e-3}}},
      {&S::policyRate,
       {"policyRate", "Learning rate of the policy", "",
        "Step size of Adam for the policy at the start.", kOurs, 0, 1, false, {5e-4, 5e-4, 5e-4}}},
      {&S::modelUpdates,
       {"modelUpdates", "Updates of the models alone", "updates",
        "Updates before the policy begins to learn.", kOurs, 0, 1e8, true, {5000, 5000, 5000}}},
      {&S::policyEvery,
       {"policyEvery", "Model updates per policy update", "updates",
        "The policy learns in every so many updates.", kOurs, 1, 1e6, true, {2, 2, 2}}},
      {&S::decayUpdates,
       {"decayUpdates", "Decay", "updates",
        "Updates over which both learning rates fall to 0 along half a cosine; 0 keeps them.", kOurs, 0, 1e8, true,
        {10000, 10000, 10000}}},
      {&S::horizon,
       {"horizon", "Horizon", "steps",
        "Steps of a roll-out.", kOurs, 1, 200, true, {40, 40, 40}}},
      {&S::starts,
       {"starts", "Roll-outs", "roll-outs",
        "Roll-outs in one update of the policy.", kOurs, 1, 65536, true, {128, 128, 128}}},
      {&S::gradientNorm,
       {"gradientNorm", "Gradient norm", "",
        "The policy's gradient is shortened to this length: one roll-out that runs away must not outweigh the others.",
        kOurs, 1e-6, 1e6, false, {0.1, 0.1, 0.1}}},

      {&S::modelHidden1,
       {"modelHidden1", "First hidden layer of the models", "units",
        "Without a reach task: units of the first hidden layer of the models, of the hazard and of the reward.",
        "SSE's models, [C] 300", 1, 4096, true, {300, 300, 300}}},
      {&S::modelHidden2,
       {"modelHidden2", "Second hidden layer of the models", "units",
        "Without a reach task: units of their second hidden layer.",
        "SSE's models, [C] 400", 1, 4096, true, {400, 400, 400}}},
      {&S::homeShare,
       {"homeShare", "Starts at the first state", "",
        "Without a reach task: share of the roll-outs that start where an episode of the dataset began; the others "
        "start anywhere in it.",
        kOurs, 0, 1, false, {0.25, 0.25, 0.25}}},
      {&S::disagreementCost,
       {"disagreementCost", "Cost of disagreement", "",
        "Without a reach task: cost of a step at which the models differ by one standard deviation of the change in a "
        "step.", kOurs, 0, 1e6, false, {0.02, 0.02, 0.02}}},
      {&S::hazardCost,
       {"hazardCost", "Cost of an end", "",
        "Without a reach task: cost of a step that would surely end the episode.", kOurs, 0, 1e6, false, {1, 1, 1}}},

      {&S::jointHidden,
       {"jointHidden", "Hidden layers of the joint model", "units",
        "With a reach task: units of both hidden layers of the model of a joint.", kOurs, 1, 4096, true,
        {64, 64, 64}}},
      {&S::firstShare,
       {"firstShare", "First steps", "",
        "With a reach task: share of the model's mini-batch from the first four steps of episodes, where the arm changes "
        "its speed.", kOurs, 0, 1, false, {0.25, 0.25, 0.25}}},
      {&S::heldShare,
       {"heldShare", "Held roll-outs", "",
        "With a reach task: share of the roll-outs that begin at home and go on from update to update; the others start "
        "anywhere in the dataset.", kOurs, 0, 1, false, {0.75, 0.75, 0.75}}},
      {&S::heldHorizons,
       {"heldHorizons", "Length of a held roll-out", "horizons",
        "With a reach task: horizons after which a held roll-out begins at home again.", kOurs, 1, 1000, true,
        {12, 12, 12}}},
      {&S::disturbance,
       {"disturbance", "Disturbance", "",
        "With a reach task: standard deviation of what is added to the actions of a roll-out, constant along it.", kOurs,
        0, 1, false, {0.1, 0.1, 0.1}}},
      {&S::smoothDistance,
       {"smoothDistance", "Smooth distance", "m",
        "With a reach task: nearer to the goal than this the cost is rounded off, so that the arm can come to rest "
        "there.", kOurs, 0, 1, false, {0.01, 0.01, 0.01}}},
      {&S::motionCost,
       {"motionCost", "Cost of motion", "m",
        "With a reach task: cost of a step with every action at its limit; it grows with their squares.", kOurs, 0, 1e6,
        false, {0.03, 0.03, 0.03}}},
      {&S::changeCost,
       {"changeCost", "Cost of a change of velocity", "m",
        "With a reach task: cost of a step whose commands are all the largest velocity away from the joints' own; it "
        "grows with their squares. A joint is slow to follow such a command, and how slow depends on more than the "
        "dataset shows.", kOurs, 0, 1e6, false, {0.03, 0.03, 0.03}}},
      {&S::postureCost,
       {"postureCost", "Cost of posture", "m",
        "With a reach task: cost of a step with every joint one radian from home; it grows with their squares, and keeps "
        "the motions that do not move the tool tip from drifting.", kOurs, 0, 1e6, false, {0.02, 0.02, 0.02}}},
      {&S::limitCost,
       {"limitCost", "Cost of a limit", "m",
        "With a reach task: cost of a step with one joint or the tool tip at its limit; it grows with the square of the "
        "way into the margin.", kOurs, 0, 1e6, false, {0.05, 0.05, 0.05}}},
      {&S::jointMargin,
       {"jointMargin", "Margin of the joints", "rad",
        "With a reach task: where the cost of a joint's limit begins.", kOurs, 0.001, 2, false, {0.3, 0.3, 0.3}}},
      {&S::boxMargin,
       {"boxMargin", "Margin of the box", "m",
        "With a reach task: where the cost of a wall of the box begins.", kOurs, 0.001, 1, false,
        {0.075, 0.075, 0.075}}},
  };
  return table;
}

}  // namespace forager
