#pragma once
#include <array>
#include <map>
#include <memory>
#include <string>

#include "explore/learning_explorer.h"
#include "learn/sac.h"
#include "learn/sac_agent.h"

namespace forager {

// What an explorer rewards its agent for: a model that is learned beside it.
class RewardModel : public Learner {
 public:
  using Learner::Learner;
  // Records batch.reward [batch, 1] ← what the model thinks of the transitions, with its weights of that moment.
  virtual void recordReward(Tape& tape, const Batch& batch) = 0;

  // The model chooses no actions, and its settings are the explorer's.
  PolicyParts policy() const override { return {}; }
  std::vector<double> settingValues() const override { return {}; }
};

// SAC, rewarded by a model. Each update is one of both: first the agent's, or first the model's.
class SacMethod final : public ExplorationMethod {
 public:
  SacMethod(const Replay& replay, const LearnerOptions& options, const SacSettings& settings,
            std::unique_ptr<RewardModel> model, bool modelFirst)
      : model_(std::move(model)),
        agent_(replay, options, settings, {},
               [this](Tape& tape, const Batch& batch) { model_->recordReward(tape, batch); }),
        modelFirst_(modelFirst) {}

  void update() override {
    if (modelFirst_) model_->update();
    agent_.update();
    if (!modelFirst_) model_->update();
  }
  const GaussianActor& actor() const override { return agent_.actor(); }
  std::vector<Learner*> learners() override { return {&agent_, model_.get()}; }

 private:
  std::unique_ptr<RewardModel> model_;
  SacAgent agent_;
  bool modelFirst_;
};

// Defaults that a setting of SAC has inside an explorer.
struct SacDefaults {
  std::array<double, 3> defaults;
  const char* source;
};

// SAC's settings as the first rows of an explorer's table, `changes` by key on top. Without the normalisation of
// observations, for which there are none yet when an explorer begins.
template <class Settings>
std::vector<SettingOf<Settings>> sacRows(const std::map<std::string, SacDefaults>& changes) {
  std::vector<SettingOf<Settings>> rows;
  for (const SettingOf<SacSettings>& row : sacSettingTable()) {
    if (row.field == &SacSettings::normalise) continue;
    Setting setting = row.setting;
    if (const auto change = changes.find(setting.key); change != changes.end()) {
      setting.defaults = change->second.defaults;
      setting.source = change->second.source;
    }
    rows.push_back({row.field, setting});
  }
  return rows;
}

}  // namespace forager
