#include "learn/cql_settings.h"

namespace forager {

const std::vector<SettingOf<CqlSettings>>& cqlSettingTable() {
  using S = CqlSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::penaltyWeight,
       {"penaltyWeight", "Penalty weight", "",
        "How strongly Q is pushed down where the dataset has no actions. Exploratory data need little of it.",
        "[O] 5, [CORL] 10, [ExORL] 0.01", 0, 1000, false, {5, 5, 10}}},
      {&S::penaltyTemperature,
       {"penaltyTemperature", "Penalty temperature", "",
        "Temperature of the soft maximum of Q that is pushed down.",
        "[O] and [CORL] 1", 0.001, 1000, false, {1, 1, 1}}},
      {&S::penaltySamples,
       {"penaltySamples", "Penalty actions", "",
        "Actions of each of three kinds per state whose Q is pushed down: uniform, of the policy at the state, of the "
        "policy at the next state.",
        "[O] and [CORL] 10, [ExORL] 3", 1, 100, true, {10, 10, 10}}},
      {&S::lagrangeThreshold,
       {"lagrangeThreshold", "Penalty threshold", "",
        "The penalty gets a factor that grows while the weighted penalty is above this, and falls while it is below; "
        "-1 leaves the penalty as it is.",
        "[O] and [CORL] off; where on, [O] 5 or 10", -1, 1000, false, {-1, -1, -1}}},
      {&S::cloningUpdates,
       {"cloningUpdates", "Cloning updates", "updates",
        "So many updates at the start the actor imitates the dataset instead of climbing the critics.",
        "[O] 40,000, [CORL] none", 0, 1e9, true, {40000, 40000, 0}}},
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch.",
        "[O] and [CORL] 256", 1, 65536, true, {256, 256, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of every network.",
        "[O] and [CORL] 256", 1, 4096, true, {256, 256, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of every network.",
        "[O] and [CORL] 256", 1, 4096, true, {256, 256, 256}}},
      {&S::hidden3,
       {"hidden3", "Third hidden layer", "units",
        "Units of the third hidden layer of every network.",
        "[O] and [CORL] 256", 1, 4096, true, {256, 256, 256}}},
      {&S::actorLearningRate,
       {"actorLearningRate", "Actor's learning rate", "",
        "Step size of Adam for the actor and for the weight of its entropy.",
        "[O] 1e-4, [CORL] 3e-5", 0, 1, false, {1e-4, 1e-4, 3e-5}}},
      {&S::learningRate,
       {"learningRate", "Critics' learning rate", "",
        "Step size of Adam for the critics.",
        "[O] and [CORL] 3e-4", 0, 1, false, {3e-4, 3e-4, 3e-4}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of the value one step later.",
        "[O] and [CORL] 0.99", 0, 1, false, {0.99, 0.99, 0.99}}},
      {&S::targetRate,
       {"targetRate", "Target rate", "",
        "How far the target critics move towards the online ones.",
        "[O] and [CORL] 0.005", 0, 1, false, {0.005, 0.005, 0.005}}},
      {&S::orthogonalWeights,
       {"orthogonalWeights", "Orthogonal first weights", "switch",
        "The critics begin with orthogonal weights, small in the last layer, and the actor with small ones in its last "
        "layer; otherwise all are uniform within 1 over the root of a layer's inputs.",
        "[CORL] on", 0, 1, true, {0, 0, 1}}},
      {&S::normalise,
       {"normalise", "Normalise observations", "switch",
        "Observations minus their mean, over their standard deviation + 1e-3.",
        "[O] off, [CORL] on", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

}  // namespace forager
