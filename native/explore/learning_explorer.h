#pragma once
#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "explore/acting_policy.h"
#include "explore/explorer.h"
#include "learn/learner.h"

namespace forager {

// What an explorer learns, without when: one file per method.
class ExplorationMethod {
 public:
  virtual ~ExplorationMethod() = default;
  // One update from the replay, whose rewards mean nothing. Never allocates.
  virtual void update() = 0;
  // The policy that is learned; takes an observation [S], behind it the skill as one of so many columns.
  virtual const GaussianActor& actor() const = 0;
  // What makes an observation the actor's, if anything does.
  virtual const Normalisation* normalisation() const { return nullptr; }
  // Everything that learns, in a fixed order.
  virtual std::vector<Learner*> learners() = 0;
};

struct LearningPlan {
  std::string name;  // of the explorer
  int batch;         // transitions before the first update
  int warmUp;        // so many first actions are uniform, and no update is made before
  int skills;        // one is drawn for each episode; 0 for none
};

// An explorer that acts with the policy it learns, one update for each step. With options.realTime the updates happen
// on a thread of their own; act() uses the newest finished weights then, and never waits.
class LearningExplorer final : public Explorer {
 public:
  // `make` gets the replay, with S plus skills columns, and what every learner in it is made with.
  using Make = std::function<std::unique_ptr<ExplorationMethod>(const Replay&, const LearnerOptions&)>;
  LearningExplorer(const ExplorerOptions& options, const LearningPlan& plan, const Make& make);
  ~LearningExplorer() override;

  void beginEpisode(uint64_t episode) override;
  void act(const float* observation, float* action) override;
  void observe(const float* nextObservation, StepEnd end) override;
  void learn() override;
  uint64_t updates() const override { return updates_; }
  uint64_t behind() const override { return owed_; }
  std::vector<std::pair<std::string, double>> losses() const override;
  NamedLayers networks() const override { return ofLearners(&Learner::networks); }
  NamedLayers gradients() const override { return ofLearners(&Learner::gradients); }
  double operationsPerUpdate() const override;
  std::optional<int> skill() const override;
  void reserve(size_t transitions) override;
  std::vector<uint8_t> saveState() const override;
  void restoreState(const std::vector<uint8_t>& state) override;
  void recall(const PastEpisode& past) override;

 private:
  enum class Event : uint8_t { step, terminalStep, cutStep, cut };
  // What happened and has not been learned from yet, in order; `rows` has [observation, action, next observation] of
  // each step.
  struct Happened {
    std::vector<Event> events;
    std::vector<float> rows;
  };
  // Keeps the thread from making an update while it lives.
  class Hold;

  int columns() const { return observationSize_ + plan_.skills; }
  int drawSkill(uint64_t episode) const;
  void writeSkill(float* row, int skill) const;  // the columns behind an observation
  void tell(Event event);
  void takeIn();  // what happened, into the replay
  void update();
  NamedLayers ofLearners(NamedLayers (Learner::*which)() const) const;
  void showLosses();
  void offerWeights();
  ActingPolicy& newestPolicy();
  void work();

  LearningPlan plan_;
  int observationSize_, actionSize_;
  uint64_t seed_;
  bool realTime_;
  Replay replay_;
  std::unique_ptr<ExplorationMethod> method_;
  std::vector<Learner*> learners_;
  uint64_t firstUpdateAt_;  // transitions

  // Of the thread that acts.
  std::vector<float> observation_, action_, next_;  // [S + skills], [A], [S + skills]
  RandomStream acting_;
  int skill_ = 0;
  uint64_t seen_ = 0;  // transitions

  // Weights that act: one policy is in use, one may be waiting, one is being written, so nobody waits for another.
  std::vector<std::unique_ptr<ActingPolicy>> policies_;
  static constexpr int kFresh = 4;  // the waiting one has not been used yet
  std::atomic<int> waiting_{1};
  int inUse_ = 0, written_ = 2;

  mutable std::mutex mutex_;  // of what follows; held for moments
  mutable std::condition_variable wake_, rested_;
  Happened happened_;
  mutable bool held_ = false;
  bool asked_ = false;  // learn() was called and not everything due is done
  bool busy_ = false, closing_ = false;

  Happened taken_;  // of whoever learns
  std::atomic<uint64_t> owed_{0}, updates_{0};
  std::vector<std::string> lossNames_;
  std::vector<std::atomic<double>> losses_;
  std::thread thread_;
};

}  // namespace forager
