#pragma once
#include <functional>
#include <vector>

#include "explore/running_scale.h"
#include "explore/sac_method.h"

namespace forager {

// Settings of an agent whose reward model learns from mini-batches of its own transitions.
struct BatchModelSettings : SacSettings {
  double warmUp, modelHidden, modelRate, runningScale, modelFirst;
};

// SAC's settings with the defaults of such an explorer, and behind them the model's. For methods that are newer than
// the exploration paper: modern is the form of [URLB], published and paper are the same method at the sizes of the
// paper's agents [C].
template <class Settings>
std::vector<SettingOf<Settings>> batchModelRows() {
  using S = Settings;
  std::vector<SettingOf<S>> rows = sacRows<S>({
      {"batch",
       {{256, 256, 256}, "[C] 256 with DIAYN; [URLB] 1024, of which a quarter keeps pace with an arm on one processor"}},
      {"hidden1", {{400, 400, 256}, "[C] 400, SAC's release of 2019 256"}},
      {"hidden2", {{300, 300, 256}, "[C] 300, SAC's release of 2019 256"}},
      {"meanReward", {{0, 0, 0}, "off: a slip of [C] with RND alone"}},
  });
  const std::vector<SettingOf<S>> own{
      {&S::warmUp,
       {"warmUp", "Uniform first actions", "transitions",
        "So many actions at the beginning are uniform, and no update is made before.",
        "[C] 0, SAC's release of 2018 1000, [URLB] 4000", 0, 1e6, true, {0, 1000, 4000}}},
      {&S::modelHidden,
       {"modelHidden", "Model width", "units",
        "Units of the hidden layer of each network of the model.",
        "[C] 400, its first hidden layer, [URLB] 1024", 1, 4096, true, {400, 400, 1024}}},
      {&S::modelRate,
       {"modelRate", "Model learning rate", "",
        "Step size of Adam for the model.",
        "[URLB] 1e-4", 0, 1, false, {1e-4, 1e-4, 1e-4}}},
      {&S::runningScale,
       {"runningScale", "Scale rewards", "switch",
        "Rewards are divided by the running standard deviation of all rewards before, so that they weigh as much as the "
        "entropy.",
        "[URLB] off, for an agent without entropy", 0, 1, true, {0, 0, 0}}},
      {&S::modelFirst,
       {"modelFirst", "Model first", "switch",
        "An update begins with the model, and the agent is rewarded for what remains; otherwise with the agent.",
        "[C] off, [URLB] on", 0, 1, true, {0, 0, 1}}},
  };
  rows.insert(rows.end(), own.begin(), own.end());
  return rows;
}

// A reward model that learns from one mini-batch in each update. A method records its forward pass and its losses in
// the constructor, then calls finish().
class BatchModel : public RewardModel {
 public:
  void update() final {
    team_.run(tape_);
    ++updates_;
  }
  double operationsPerUpdate() const final { return tape_.operations(); }

 protected:
  BatchModel(const Replay& replay, const LearnerOptions& options, const BatchModelSettings& settings);

  // Records the drawing of the update's mini-batch; the agent's own where the agent's losses share one.
  Batch recordBatch();
  // Records the gradients of the losses and the step of these networks.
  void finish(const std::vector<Mlp*>& networks);
  // Records r [rows, 1] of each row, scaled where that is wanted, and their mean as the loss "reward".
  void recordRewards(Tape& tape, const Tensor& r, Tape::Buffers reads, double rowCost,
                     std::function<float(int row)> rewardOf);

  int states() const { return replay_.observationSize(); }
  int actions() const { return replay_.actionSize(); }

  Adam& adam_;
  RandomStream& weights_;
  Tape tape_;

 private:
  const Replay& replay_;
  Normalisation identity_;
  RunningScale running_;
  RandomStream& sampling_;
  int batch_;
  bool withoutReplacement_, scales_;
  double& reward_;
};

// An explorer that learns with SAC and a BatchModel.
template <class Model, class Settings>
std::unique_ptr<Explorer> makeBatchModelExplorer(const std::string& name, const ExplorerOptions& options,
                                                 const Settings& settings) {
  const LearningPlan plan{name, static_cast<int>(settings.batch), static_cast<int>(settings.warmUp), 0};
  return std::make_unique<LearningExplorer>(
      options, plan, [&](const Replay& replay, const LearnerOptions& learning) {
        return std::make_unique<SacMethod>(replay, learning, settings,
                                           std::make_unique<Model>(replay, learning, settings),
                                           settings.modelFirst != 0);
      });
}

}  // namespace forager
