#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "learn/reach_task.h"
#include "learn/replay.h"
#include "nn/arena.h"
#include "nn/mlp.h"
#include "nn/parameter_vector.h"
#include "nn/policy.h"
#include "nn/random.h"
#include "nn/settings.h"
#include "nn/team.h"

namespace forager {

// What one update says about itself; NaN where this update did not compute it.
struct UpdateMetrics {
  double criticLoss, actorLoss;
  double meanQ;      // of critic 1 on the batch
  double largestQ;   // largest |Q| on the batch
  double saturated;  // share of actor outputs beyond 0.99, 0..1
};

struct LearnerOptions {
  std::string mode;
  std::map<std::string, double> settings;  // that differ from the mode's defaults
  uint64_t seed;
  int threads;
  bool keepGradients = false;      // for comparison with an oracle; costs time
  std::optional<ReachTask> reach;  // what the rewards are, or that every transition gets a goal
};

// An offline learner: networks, optimisers and random streams, and one rule to update them from a replay.
// A method is one file that declares its settings, records its tapes in the constructor and replays them in update().
class Learner {
 public:
  explicit Learner(const LearnerOptions& options)
      : seed_(options.seed), team_(options.threads), keepsGradients_(options.keepGradients) {}
  virtual ~Learner() = default;

  // One update of the method. Never allocates.
  virtual void update() = 0;
  // What has been learned, for raw observations.
  virtual PolicyParts policy() const = 0;
  // Floating-point operations of the products in one update, on average.
  virtual double operationsPerUpdate() const = 0;
  // All settings as numbers; part of a checkpoint's identity.
  virtual std::vector<double> settingValues() const = 0;

  const UpdateMetrics& metrics() const { return metrics_; }
  uint64_t updates() const { return updates_; }

  // Every network by name, weights as they are inside (before an observation normalisation is folded in).
  std::vector<std::pair<std::string, std::vector<LayerValues>>> networks() const;
  // Of everything that learns, from the newest update, in the same form. Zeros unless made with keepGradients.
  std::vector<std::pair<std::string, std::vector<LayerValues>>> gradients() const;
  // Every loss of the method by name, from the newest update; NaN where that update did not compute it.
  std::vector<std::pair<std::string, double>> losses() const;
  // Their values alone, in the same order and without an allocation.
  template <class Visit>
  void eachLoss(Visit visit) const {
    for (const auto& [name, value] : losses_) visit(*value);
  }

  // Counters, random streams, weights, targets and moments; the same size for the same shape.
  std::vector<uint8_t> save() const;
  void restore(const std::vector<uint8_t>& bytes);
  bool finite() const { return saved_.finite(); }  // every number of the state

  // From any thread: ends the running update early. When that left it undone, interrupted() says so, and the state is
  // of no use until restore().
  void interrupt() { team_.interrupt(); }
  bool interrupted() const { return team_.interrupted(); }
  void clearInterrupt() { team_.clearInterrupt(); }

 protected:
  RandomStream& stream(std::string_view name);
  // Where a learner draws goals from when the task names none; null when it does.
  RandomStream* goalStream(const LearnerOptions& options);
  // Registers a network for networks() and for restoring.
  Mlp& network(const std::string& name, const std::vector<int>& sizes, Activation output, bool trained);
  // Registers numbers that belong to no layer; networks() shows them as a layer without inputs.
  ParameterVector& parameters(const std::string& name, int count, float initial);
  Adam& optimiser(double learningRate, uint64_t horizon = 0);
  // Registers a loss for losses(); the place to write it to.
  double& loss(const std::string& name);
  // Call at the start of update().
  void forgetLosses();

  uint64_t seed_;
  Arena saved_, scratch_;
  Team team_;
  UpdateMetrics metrics_{};
  uint64_t updates_ = 0;

 private:
  struct Network {
    std::string name;
    std::unique_ptr<Mlp> mlp;
    bool trained;
  };
  std::vector<Network> networks_;
  std::vector<std::pair<std::string, std::unique_ptr<ParameterVector>>> parameters_;
  std::vector<std::pair<std::string, std::unique_ptr<double>>> losses_;
  std::vector<std::unique_ptr<RandomStream>> streams_;
  std::vector<std::unique_ptr<Adam>> optimisers_;
  bool keepsGradients_;
};

// Puts the normalisation (o - shift) scale into a first layer, so that the layer takes raw observations.
void foldNormalisation(LayerValues& layer, const float* shift, const float* scale);

// A method as the rest of the program finds it.
struct LearnerEntry {
  Method method;
  std::function<std::unique_ptr<Learner>(const Replay&, const LearnerOptions&)> make;
};
const std::vector<LearnerEntry>& learners();

}  // namespace forager
