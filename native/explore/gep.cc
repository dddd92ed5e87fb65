// GEP: goal exploration processes: Forestier, Portelas, Mollard, Oudeyer 2017, https://arxiv.org/abs/1708.02190, in the
// form of Colas, Sigaud, Oudeyer, "GEP-PG: decoupling exploration and exploitation in deep reinforcement learning
// algorithms", ICML 2018, https://arxiv.org/abs/1802.05054, algorithm 1. Sources named below: [C] the released code of
// Dasagi et al. 2019, [O] the release of GEP-PG.
//
// A goal and what a policy reached are points in the space of observations: [O] chose features of its tasks by hand.
#include "explore/gep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "nn/random.h"

namespace forager {

namespace {

struct GepSettings {
  double bootstrap, countsAhead, wholeHistory, noise, weightBound, weightLimit, bias, temperature, goalBound, goalBox;
};

const std::vector<SettingOf<GepSettings>>& settingTable() {
  using S = GepSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::bootstrap,
       {"bootstrap", "Random policies first", "episodes",
        "So many episodes have a random policy; then each varies an earlier one.",
        "paper and [O] 50", 1, 1e6, true, {50, 50, 50}}},
      {&S::countsAhead,
       {"countsAhead", "One random policy less", "switch",
        "An episode is counted before it is compared with the number of random policies.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::wholeHistory,
       {"wholeHistory", "Mean of everything", "switch",
        "What a policy reached is the mean of all observations since the beginning; otherwise of its own episode.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::noise,
       {"noise", "Variation", "",
        "Standard deviation of the noise on each weight of a varied policy.",
        "[C] 0.01, [O] 0.2", 0, 10, false, {0.01, 0.01, 0.2}}},
      {&S::weightBound,
       {"weightBound", "Weight bound", "",
        "Weights of a random policy are uniform within plus and minus this; 0 stands for 1 over the root of the "
        "observation size.",
        "[C] 0, [O] 1", 0, 100, false, {0, 0, 1}}},
      {&S::weightLimit,
       {"weightLimit", "Weight limit", "",
        "Weights of a varied policy are clipped to plus and minus this; 0 for no limit.",
        "[C] none, [O] 1", 0, 100, false, {0, 0, 1}}},
      {&S::bias,
       {"bias", "Biases", "switch",
        "A policy has a bias for each action.",
        "[C] on, [O] off", 0, 1, true, {1, 1, 0}}},
      {&S::temperature,
       {"temperature", "Gain", "",
        "Factor on the sum inside the tanh.",
        "[C] 1, [O] 0.15", 0, 100, false, {1, 1, 0.15}}},
      {&S::goalBound,
       {"goalBound", "Goal bound", "",
        "Each coordinate of a goal is uniform within plus and minus this.",
        "[C] pi", 0, 1000, false, {std::numbers::pi, std::numbers::pi, std::numbers::pi}}},
      {&S::goalBox,
       {"goalBox", "Goals where policies were", "switch",
        "Goals are uniform in the box of all that was reached, and distances count in its sizes.",
        "[O] has such a box for its features, made by hand", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

class GoalExploration final : public Explorer {
 public:
  GoalExploration(const ExplorerOptions& options, const GepSettings& settings)
      : settings_(settings),
        states_(static_cast<size_t>(options.observationSize)),
        actions_(static_cast<size_t>(options.actionSize)),
        seed_(options.seed),
        observation_(states_),
        sum_(states_),
        policy_((states_ + 1) * actions_),
        goal_(states_),
        low_(states_),
        high_(states_) {
    beginEpisode(0);
  }

  void beginEpisode(uint64_t episode) override {
    if (steps_ > 0) remember();
    RandomStream random(seed_, "gep/" + std::to_string(episode));
    const double begun = static_cast<double>(policies() + (settings_.countsAhead != 0 ? 1 : 0));
    if (policies() == 0 || begun < settings_.bootstrap)
      drawPolicy(random);
    else
      varyPolicy(nearest(drawGoal(random)), random);
  }

  // a = tanh(gain (W s + b))
  void act(const float* observation, float* action) override {
    std::copy_n(observation, states_, observation_.begin());
    for (size_t a = 0; a < actions_; ++a) {
      const float* row = &policy_[a * (states_ + 1)];
      double sum = row[states_];
      for (size_t s = 0; s < states_; ++s) sum += double{row[s]} * observation[s];
      action[a] = static_cast<float>(std::tanh(settings_.temperature * sum));
    }
  }

  // What was acted on counts, the last observation of an episode does not.
  void observe(const float*, StepEnd) override { count(); }

  // The policies of past episodes and what they reached follow from their observations.
  void recall(const PastEpisode& past) override {
    beginEpisode(past.episode);
    for (size_t t = 0; t < past.steps; ++t) {
      std::copy_n(past.observations + t * states_, states_, observation_.begin());
      count();
    }
  }

  // The running policy, and of each one in the library the policy and what it reached, as a layer without inputs.
  NamedLayers networks() const override {
    NamedLayers out{{"policy", {layerOf(policy_.data())}}};
    for (size_t i = 0; i < policies(); ++i) {
      const float* reached = &reached_[i * states_];
      const LayerValues values{0, static_cast<int>(states_), Activation::linear, {}, {reached, reached + states_}};
      out.push_back({"policy " + std::to_string(i + 1), {layerOf(libraryPolicy(i))}});
      out.push_back({"reached " + std::to_string(i + 1), {values}});
    }
    return out;
  }

  // [seed, S, A, counted, steps, policies], [S] sum, policy. The library is what recall() brings back: with it a state
  // would grow from episode to episode.
  std::vector<uint8_t> saveState() const override {
    const std::array<uint64_t, 6> head{seed_, states_, actions_, counted_, steps_, policies()};
    std::vector<uint8_t> state(fixedSize());
    uint8_t* to = state.data();
    const auto put = [&](const void* from, size_t bytes) {
      std::memcpy(to, from, bytes);
      to += bytes;
    };
    put(head.data(), sizeof head);
    put(sum_.data(), states_ * sizeof(double));
    put(policy_.data(), policy_.size() * sizeof(float));
    return state;
  }

  void restoreState(const std::vector<uint8_t>& state) override {
    std::array<uint64_t, 6> head{};
    const size_t fixed = fixedSize(), entry = (states_ + policy_.size()) * sizeof(float);
    if (state.size() >= fixed) std::memcpy(head.data(), state.data(), sizeof head);
    const size_t left = state.size() - std::min(state.size(), fixed);
    if (state.size() < fixed || head[0] != seed_ || head[1] != states_ || head[2] != actions_ ||
        (left > 0 && (left % entry != 0 || head[5] != left / entry)))
      throw std::runtime_error("This explorer state is not one of goal exploration.");
    if (left > 0) restoreLibrary(state.data() + fixed, head[5]);
    if (policies() < head[5])
      throw std::runtime_error("The episodes before this state of goal exploration are missing.");
    // An episode that broke off after the state was taken has been recalled: what is here is newer.
    if (policies() > head[5]) return;
    counted_ = head[3];
    steps_ = head[4];
    std::memcpy(sum_.data(), state.data() + sizeof head, states_ * sizeof(double));
    std::memcpy(policy_.data(), state.data() + sizeof head + states_ * sizeof(double), policy_.size() * sizeof(float));
  }

 private:
  size_t fixedSize() const {
    return 6 * sizeof(uint64_t) + states_ * sizeof(double) + policy_.size() * sizeof(float);
  }
  size_t policies() const { return reached_.size() / states_; }
  const float* libraryPolicy(size_t i) const { return &library_[i * policy_.size()]; }

  LayerValues layerOf(const float* policy) const {
    LayerValues out{static_cast<int>(states_), static_cast<int>(actions_), Activation::tanh, {}, {}};
    for (size_t a = 0; a < actions_; ++a) {
      const float* row = policy + a * (states_ + 1);
      out.weight.insert(out.weight.end(), row, row + states_);
      out.bias.push_back(row[states_]);
    }
    return out;
  }

  // States of earlier versions have the library behind them: of each policy what it reached [S], then itself.
  void restoreLibrary(const uint8_t* from, size_t policies) {
    reached_.clear();
    library_.clear();
    std::vector<float> entry(states_ + policy_.size());
    for (size_t i = 0; i < policies; ++i, from += entry.size() * sizeof(float)) {
      std::memcpy(entry.data(), from, entry.size() * sizeof(float));
      const auto policy = entry.begin() + static_cast<std::ptrdiff_t>(states_);
      reached_.insert(reached_.end(), entry.begin(), policy);
      library_.insert(library_.end(), policy, entry.end());
    }
  }

  void count() {
    for (size_t s = 0; s < states_; ++s) sum_[s] += observation_[s];
    ++counted_;
    ++steps_;
  }

  // library ← library ∪ (mean of the observations, policy)
  void remember() {
    for (const double sum : sum_) reached_.push_back(static_cast<float>(sum / static_cast<double>(counted_)));
    library_.insert(library_.end(), policy_.begin(), policy_.end());
    steps_ = 0;
    if (settings_.wholeHistory != 0) return;
    counted_ = 0;
    std::fill(sum_.begin(), sum_.end(), 0.0);
  }

  // W, b ~ U(−bound, bound)
  void drawPolicy(RandomStream& random) {
    const double root = std::sqrt(static_cast<double>(states_));
    const float bound = static_cast<float>(settings_.weightBound > 0 ? settings_.weightBound : 1 / root);
    for (size_t a = 0; a < actions_; ++a) {
      float* row = &policy_[a * (states_ + 1)];
      for (size_t s = 0; s <= states_; ++s) row[s] = random.uniform(-bound, bound);
      if (settings_.bias == 0) row[states_] = 0;
    }
  }

  // g ~ U(−π, π) in every coordinate, or uniform in the box of what was reached
  const float* drawGoal(RandomStream& random) {
    std::fill(low_.begin(), low_.end(), static_cast<float>(-settings_.goalBound));
    std::fill(high_.begin(), high_.end(), static_cast<float>(settings_.goalBound));
    if (settings_.goalBox != 0) {
      std::copy_n(reached_.begin(), states_, low_.begin());
      std::copy_n(reached_.begin(), states_, high_.begin());
      for (size_t i = 1; i < policies(); ++i)
        for (size_t s = 0; s < states_; ++s) {
          low_[s] = std::min(low_[s], reached_[i * states_ + s]);
          high_[s] = std::max(high_[s], reached_[i * states_ + s]);
        }
    }
    for (size_t s = 0; s < states_; ++s) goal_[s] = random.uniform(low_[s], high_[s]);
    return goal_.data();
  }

  // The policy that reached the point nearest to the goal.
  const float* nearest(const float* goal) const {
    size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < policies(); ++i) {
      double squares = 0;
      for (size_t s = 0; s < states_; ++s) {
        const double size = settings_.goalBox != 0 ? std::max(high_[s] - low_[s], 1e-6f) : 1;
        const double distance = (double{reached_[i * states_ + s]} - goal[s]) / size;
        squares += distance * distance;
      }
      if (squares < least) {
        least = squares;
        best = i;
      }
    }
    return libraryPolicy(best);
  }

  // W ← W + σ ε, b ← b + σ ε
  void varyPolicy(const float* from, RandomStream& random) {
    random.normal(policy_.data(), policy_.size());
    const float limit = settings_.weightLimit > 0 ? static_cast<float>(settings_.weightLimit)
                                                  : std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < policy_.size(); ++i)
      policy_[i] = std::clamp(from[i] + static_cast<float>(settings_.noise) * policy_[i], -limit, limit);
    if (settings_.bias != 0) return;
    for (size_t a = 0; a < actions_; ++a) policy_[a * (states_ + 1) + states_] = 0;
  }

  GepSettings settings_;
  size_t states_, actions_;
  uint64_t seed_;
  std::vector<float> observation_;  // [S] that was acted on
  std::vector<double> sum_;         // [S] of the observations that count
  uint64_t counted_ = 0, steps_ = 0;
  std::vector<float> policy_;   // [A, S + 1], biases last
  std::vector<float> reached_;  // [policies, S], by what a goal chooses
  std::vector<float> library_;  // [policies, A (S + 1)]
  std::vector<float> goal_, low_, high_;
};

}  // namespace

ExplorerEntry gepExplorer() {
  return {{"gep", "GEP", "Picks a random goal and varies the earlier linear policy that came nearest to it.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            return std::make_unique<GoalExploration>(options,
                                                     resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
