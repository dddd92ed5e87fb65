// Policy optimisation through a learned model, to a point. SSE (spec section 4.6) back-propagates through roll-outs of
// learned models towards what they do not know; here the same roll-outs carry a task. The arm's geometry is known, its
// answer to a command is learned: one model of a joint, the same for all seven, from transitions in which nothing slows
// the arm. So the model is as exact at rest as in motion, although no transition of the dataset shows an arm whose
// joints all rest; a model of the whole arm has to guess there, and its policies drift away from the goal.
//
// A share of the roll-outs begins at home and goes on from update to update, so that the policy learns to hold the goal
// for much longer than one horizon, and a disturbance that is constant along a roll-out makes it push back.
//
// Without a goal in the task the policy serves every point: it observes the goal as well, and each roll-out has one of its
// own, where the tool tip was in some transition of the dataset, so that it can be reached.
//
// Draws of one update: from "batch" the mini-batch of the model; an update of the policy draws from "start", roll-out
// by roll-out, where it starts unless it goes on, then its disturbance [7]; and without a goal in the task from "goal",
// for each roll-out that begins, the transition whose tool tip is its goal.
// "weights" draws the model, then the actor, whose last layer is drawn again.
#include "learn/reach_rollout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "learn/free_transitions.h"
#include "learn/normalisation.h"
#include "learn/reach_cost.h"
#include "nn/ops.h"

namespace forager {

namespace {

constexpr int kStates = 2 * kJoints;  // angles, velocities
// The model sees twice the velocity, which is within ±1 as the action is, and gives changes in these units.
constexpr float kVelocityScale = 2;                             // s/rad
constexpr float kAngleChange = 0.01f, kVelocityChange = 0.02f;  // rad, rad/s

class ReachRollout final : public Learner {
 public:
  ReachRollout(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings)
      : Learner(options),
        settings_(settings),
        replay_(replay),
        free_(freeTransitions(replay, options.reach->arm)),
        goal_(options.reach->goal),
        cost_(options.reach->arm, {settings.smoothDistance, settings.postureCost, settings.limitCost, settings.jointMargin,
                               settings.boxMargin}),
        normalisation_(makeNormalisation(saved_, replay, true)),
        starts_(static_cast<int>(settings.starts)),
        held_(static_cast<int>(std::round(settings.starts * settings.heldShare))),
        modelTape_(scratch_),
        policyTape_(scratch_) {
    setGoalScale(options.reach->arm);
    for (size_t t = 0; t < replay_.size(); ++t)
      if (t == 0 || replay_.episodeEnd(t - 1)) homes_.push_back(static_cast<uint32_t>(t));
    makeNetworks();
    makeHeld();
    recordModelUpdate();
    recordPolicyUpdate();
    modelTape_.schedule(team_.size());
    policyTape_.schedule(team_.size());
  }

  void update() override {
    metrics_.actorLoss = metrics_.saturated = std::numeric_limits<double>::quiet_NaN();
    forgetLosses();
    team_.run(modelTape_);
    ++updates_;
    const uint64_t every = static_cast<uint64_t>(settings_.policyEvery);
    if (updates_ > static_cast<uint64_t>(settings_.modelUpdates) && updates_ % every == 0) team_.run(policyTape_);
  }

  PolicyParts policy() const override {
    std::vector<LayerValues> layers = actor_->values();
    std::vector<float> shift(normalisation_.shift, normalisation_.shift + kStates);
    std::vector<float> scale(normalisation_.scale, normalisation_.scale + kStates);
    if (!goal_) {
      shift.insert(shift.end(), goalShift_.begin(), goalShift_.end());
      scale.insert(scale.end(), goalScale_.begin(), goalScale_.end());
    }
    foldNormalisation(layers.front(), shift.data(), scale.data());
    return {{{"actor", std::move(layers)}}, {}};
  }

  double operationsPerUpdate() const override {
    return modelTape_.operations() + policyTape_.operations() / settings_.policyEvery;
  }
  std::vector<double> settingValues() const override { return valuesOf(rolloutSettingTable(), settings_); }

 private:
  // Of an observation with the goal: the box becomes -1..1.
  void setGoalScale(const ArmModel& arm) {
    for (int i = 0; i < kGoalSize; ++i) {
      const double low = arm.supervisor.boxMin[i], high = arm.supervisor.boxMax[i];
      goalShift_[i] = static_cast<float>((low + high) / 2);
      goalScale_[i] = static_cast<float>(2 / (high - low));
    }
  }

  void makeNetworks() {
    const int hidden = static_cast<int>(settings_.jointHidden);
    model_ = &network("model", {2, hidden, hidden, 2}, Activation::linear, true);
    actor_ = &network("actor",
                      {kStates + (goal_ ? 0 : kGoalSize), static_cast<int>(settings_.hidden1), static_cast<int>(settings_.hidden2), kJoints},
                      Activation::tanh, true);
    RandomStream& weights = stream("weights");
    model_->initialize(weights);
    actor_->initialize(weights);
    actor_->initializeLastXavier(weights, 0.01);  // a policy that begins almost at rest
    const uint64_t decay = static_cast<uint64_t>(settings_.decayUpdates);
    const uint64_t alone = std::min(decay, static_cast<uint64_t>(settings_.modelUpdates));
    modelAdam_ = &optimiser(settings_.modelRate, decay);
    policyAdam_ = &optimiser(settings_.policyRate,
                             decay == 0 ? 0 : 1 + (decay - alone) / static_cast<uint64_t>(settings_.policyEvery));
    sampling_ = &stream("batch");
    starting_ = &stream("start");
    if (!goal_) aiming_ = &stream("goal");
  }

  // Where each held roll-out is, and in `left` how many horizons it still goes on; a negative number is how many it
  // will go on from home: fewer and fewer from row to row, so that not all begin anew at once.
  void makeHeld() {
    state_ = saved_.floats(static_cast<size_t>(held_) * kStates);
    left_ = saved_.floats(static_cast<size_t>(held_));
    if (!goal_) heldGoal_ = saved_.floats(static_cast<size_t>(held_) * kGoalSize);
    const int most = static_cast<int>(settings_.heldHorizons);
    for (int r = 0; r < held_; ++r) left_[r] = static_cast<float>(r % most - most);
  }

  // f ← f − Adam(∇ mean (f(dq_j, a_j) − change_j)²) over transitions and joints
  void recordModelUpdate() {
    Tape& tape = modelTape_;
    const int transitions = static_cast<int>(settings_.batch), rows = transitions * kJoints;
    const int first = static_cast<int>(std::round(transitions * settings_.firstShare));
    const Tensor input = makeTensor(scratch_, rows, 2), change = makeTensor(scratch_, rows, 2);
    tape.add({}, {input.data, change.data, sampling_}, [=, this] {
      for (int i = 0; i < transitions; ++i) {
        const std::vector<uint32_t>& from = i < first ? free_.first : free_.all;
        const uint32_t t = from[sampling_->below(static_cast<uint32_t>(from.size()))];
        const float *before = replay_.observation(t), *after = replay_.nextObservation(t);
        for (int j = 0; j < kJoints; ++j) {
          writeInput(before[kJoints + j], replay_.action(t)[j], input.row(i * kJoints + j));
          float* to = change.row(i * kJoints + j);
          to[0] = (after[j] - before[j]) / kAngleChange;
          to[1] = (after[kJoints + j] - before[kJoints + j]) / kVelocityChange;
        }
      }
    });
    const Tensor predicted = model_->forward(tape, input, Gradients::weights);
    recordLoss(tape, {predicted}, {&metrics_}, [=, this] {
      const float share = 1 / (static_cast<float>(rows) * 2);
      modelLoss_ = 0;
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < 2; ++c) {
          const float error = predicted.row(r)[c] - change.row(r)[c];
          predicted.gradientRow(r)[c] += 2 * error * share;
          modelLoss_ += double{error} * error * share;
        }
      metrics_.criticLoss = modelLoss_;
    });
    tape.backward();
    recordAdam(tape, *modelAdam_, {model_});
  }

  // min over π of the mean cost of a step, x' = x + f(x, π(x) + disturbance), over `horizon` steps
  void recordPolicyUpdate() {
    Tape& tape = policyTape_;
    const Tensor disturbance = makeTensor(scratch_, starts_, kJoints), goal = makeTensor(scratch_, starts_, kGoalSize);
    Tensor state = recordStarts(disturbance, goal);
    std::vector<Tensor> costs, actions;
    for (int t = 0; t < static_cast<int>(settings_.horizon); ++t) {
      const Tensor chosen = actor_->forward(tape, recordNormalised(state, goal), Gradients::weights);
      const Tensor input = recordInput(state, recordDisturbed(chosen, disturbance));
      state = recordNext(state, model_->forward(tape, input, Gradients::input));
      costs.push_back(recordCost(state, chosen, goal));
      actions.push_back(chosen);
    }
    recordHeld(state, goal);
    recordLoss(tape, costs, {&metrics_}, [=, this] { policyLoss(costs, actions); });
    tape.backward();
    actor_->recordGradients(tape);
    Mlp::recordNormLimit(tape, {actor_}, static_cast<float>(settings_.gradientNorm), gradientNorm_);
    recordAdam(tape, *policyAdam_, {actor_});
  }

  // The first rows go on where they were or begin at home, the others begin anywhere in the dataset.
  Tensor recordStarts(const Tensor& disturbance, const Tensor& goal) {
    const Tensor out = makeTensor(scratch_, starts_, kStates);
    Tape::Buffers reads{state_, left_}, writes{out.data, disturbance.data, goal.data, left_, starting_};
    if (!goal_) {
      reads.push_back(heldGoal_);
      writes.push_back(aiming_);
    }
    policyTape_.add(std::move(reads), std::move(writes), [=, this] {
      for (int r = 0; r < starts_; ++r) {
        if (r < held_ && left_[r] > 0) {
          std::copy_n(state_ + static_cast<size_t>(r) * kStates, kStates, out.row(r));
          if (!goal_) std::copy_n(heldGoal_ + static_cast<size_t>(r) * kGoalSize, kGoalSize, goal.row(r));
        } else {
          if (!goal_) drawGoal(goal.row(r));
          const uint32_t t = r < held_ ? homes_[starting_->below(static_cast<uint32_t>(homes_.size()))]
                                       : starting_->below(static_cast<uint32_t>(replay_.size()));
          std::copy_n(replay_.observation(t), kStates, out.row(r));
          if (r < held_) left_[r] = left_[r] < 0 ? -left_[r] : static_cast<float>(settings_.heldHorizons);
        }
        if (goal_) std::copy_n(goal_->begin(), kGoalSize, goal.row(r));
        starting_->normal(disturbance.row(r), kJoints);
        for (int j = 0; j < kJoints; ++j) disturbance.row(r)[j] *= static_cast<float>(settings_.disturbance);
      }
    });
    return out;
  }

  // Where the tool tip was in some transition of the dataset, m.
  void drawGoal(float* to) {
    const uint32_t t = aiming_->below(static_cast<uint32_t>(replay_.size()));
    const Vector3 tip = cost_.tooltip(anglesOf(replay_.observation(t)));
    std::copy_n(tip.begin(), kGoalSize, to);
  }

  // Keeps where the held roll-outs ended, and their goals; one that left the allowed space begins anew.
  void recordHeld(const Tensor& last, const Tensor& goal) {
    Tape::Buffers writes{state_, left_};
    if (!goal_) writes.push_back(heldGoal_);
    policyTape_.add({last.data, goal.data}, std::move(writes), [=, this] {
      for (int r = 0; r < held_; ++r) {
        if (!goal_) std::copy_n(goal.row(r), kGoalSize, heldGoal_ + static_cast<size_t>(r) * kGoalSize);
        std::copy_n(last.row(r), kStates, state_ + static_cast<size_t>(r) * kStates);
        left_[r] = cost_.allowed(anglesOf(last.row(r))) ? left_[r] - 1 : 0;
      }
    });
  }

  // What the policy observes: [rows, 14], or [rows, 17] with the goal.
  Tensor recordNormalised(const Tensor& state, const Tensor& goal) {
    return mapRows(
        policyTape_, {state, goal}, kStates + (goal_ ? 0 : kGoalSize),
        [=, this](const float* const* in, float* out) {
          for (int i = 0; i < kStates; ++i) out[i] = (in[0][i] - normalisation_.shift[i]) * normalisation_.scale[i];
          if (goal_) return;
          for (int i = 0; i < kGoalSize; ++i) out[kStates + i] = (in[1][i] - goalShift_[i]) * goalScale_[i];
        },
        [=, this](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
          for (int i = 0; i < kStates; ++i) inGradient[0][i] += outGradient[i] * normalisation_.scale[i];
        });
  }

  // Within the actions that there are; one that is pushed beyond has no gradient.
  Tensor recordDisturbed(const Tensor& chosen, const Tensor& disturbance) {
    return mapRows(
        policyTape_, {chosen, disturbance}, kJoints,
        [](const float* const* in, float* out) {
          for (int j = 0; j < kJoints; ++j) out[j] = std::clamp(in[0][j] + in[1][j], -1.0f, 1.0f);
        },
        [](const float* const*, const float* out, const float* outGradient, float* const* inGradient) {
          for (int j = 0; j < kJoints; ++j)
            if (std::abs(out[j]) < 1) inGradient[0][j] += outGradient[j];
        });
  }

  static void writeInput(float velocity, float action, float* to) {
    to[0] = kVelocityScale * velocity;
    to[1] = action;
  }

  // What the model sees: row r of the arm becomes the rows 7 r .. 7 r + 6 of its joints.
  Tensor recordInput(const Tensor& state, const Tensor& action) {
    constexpr double kRowCost = 300;
    Tape& tape = policyTape_;
    Tensor out = makeTensor(scratch_, starts_ * kJoints, 2);
    out.gradientFrom = 0;
    tape.addRows(starts_, kRowCost, {state.data, action.data}, {out.data}, [=, this](int r) {
      for (int j = 0; j < kJoints; ++j)
        writeInput(state.row(r)[kJoints + j], action.row(r)[j], out.row(r * kJoints + j));
    });
    tape.onBackward([=, &tape, this] {
      const bool wanted = state.wantsGradient();  // not the start
      const bool firstState = wanted && tape.firstGradient(state.gradient);
      const bool firstAction = tape.firstGradient(action.gradient);
      Tape::Buffers written{action.gradient};
      if (wanted) written.push_back(state.gradient);
      tape.addRows(starts_, kRowCost, {out.gradient}, std::move(written), [=, this](int r) {
        if (firstState) std::fill_n(state.gradientRow(r), kStates, 0.0f);
        if (firstAction) std::fill_n(action.gradientRow(r), kJoints, 0.0f);
        for (int j = 0; j < kJoints; ++j) {
          const float* from = out.gradientRow(r * kJoints + j);
          if (wanted) state.gradientRow(r)[kJoints + j] += kVelocityScale * from[0];
          action.gradientRow(r)[j] += from[1];
        }
      });
    });
    return out;
  }

  // x' = x + change; `change` has a row for each joint.
  Tensor recordNext(const Tensor& state, const Tensor& change) {
    constexpr double kRowCost = 300;
    Tape& tape = policyTape_;
    Tensor out = makeTensor(scratch_, starts_, kStates);
    out.gradientFrom = 0;
    tape.addRows(starts_, kRowCost, {state.data, change.data}, {out.data}, [=, this](int r) {
      for (int j = 0; j < kJoints; ++j) {
        const float* by = change.row(r * kJoints + j);
        out.row(r)[j] = state.row(r)[j] + kAngleChange * by[0];
        out.row(r)[kJoints + j] = state.row(r)[kJoints + j] + kVelocityChange * by[1];
      }
    });
    tape.onBackward([=, &tape, this] {
      const bool wanted = state.wantsGradient();
      const bool first = wanted && tape.firstGradient(state.gradient);
      const bool firstChange = tape.firstGradient(change.gradient);
      Tape::Buffers written{change.gradient};
      if (wanted) written.push_back(state.gradient);
      tape.addRows(starts_, kRowCost, {out.gradient}, std::move(written), [=, this](int r) {
        for (int j = 0; j < kJoints; ++j) {
          float* to = change.gradientRow(r * kJoints + j);
          if (firstChange) to[0] = to[1] = 0;
          to[0] += kAngleChange * out.gradientRow(r)[j];
          to[1] += kVelocityChange * out.gradientRow(r)[kJoints + j];
        }
        if (!wanted) return;
        for (int i = 0; i < kStates; ++i)
          state.gradientRow(r)[i] = (first ? 0 : state.gradientRow(r)[i]) + out.gradientRow(r)[i];
      });
    });
    return out;
  }

  // The cost of being there, and motion mean_j a_j².
  Tensor recordCost(const Tensor& state, const Tensor& action, const Tensor& goal) {
    const float motion = static_cast<float>(settings_.motionCost / kJoints);
    return mapRows(
        policyTape_, {state, action, goal}, 1,
        [=, this](const float* const* in, float* out) {
          float squares = 0;
          for (int j = 0; j < kJoints; ++j) squares += in[1][j] * in[1][j];
          *out = static_cast<float>(cost_.at(anglesOf(in[0]), pointOf(in[2]), nullptr)) + motion * squares;
        },
        [=, this](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
          JointVector slope{};
          cost_.at(anglesOf(in[0]), pointOf(in[2]), &slope);
          for (int j = 0; j < kJoints; ++j) {
            inGradient[0][j] += *outGradient * static_cast<float>(slope[j]);
            inGradient[1][j] += *outGradient * 2 * motion * in[1][j];
          }
        },
        kCostlyElement);
  }

  static JointVector anglesOf(const float* state) {
    JointVector q;
    std::copy_n(state, kJoints, q.begin());
    return q;
  }

  static Vector3 pointOf(const float* values) { return {values[0], values[1], values[2]}; }

  void policyLoss(const std::vector<Tensor>& costs, const std::vector<Tensor>& actions) {
    const double share = 1.0 / (static_cast<double>(costs.size()) * starts_);
    double sum = 0, beyond = 0;
    for (const Tensor& cost : costs)
      for (int r = 0; r < cost.rows; ++r) {
        *cost.gradientRow(r) += static_cast<float>(share);
        sum += *cost.row(r);
      }
    for (const Tensor& action : actions)
      for (int r = 0; r < action.rows; ++r)
        for (int j = 0; j < kJoints; ++j) beyond += std::abs(action.row(r)[j]) > 0.99f;
    metrics_.actorLoss = policyLoss_ = sum * share;
    metrics_.meanQ = -policyLoss_;
    metrics_.saturated = beyond * share / kJoints;
  }

  RolloutSettings settings_;
  const Replay& replay_;
  FreeTransitions free_;
  std::vector<uint32_t> homes_;  // first transition of each episode
  std::optional<Vector3> goal_;  // none: every roll-out has its own
  std::array<float, 3> goalShift_{}, goalScale_{};
  ReachCost cost_;
  Normalisation normalisation_;
  int starts_, held_;  // roll-outs, and how many of them go on from update to update
  float *state_ = nullptr, *left_ = nullptr, *heldGoal_ = nullptr;
  double &modelLoss_ = loss("model"), &policyLoss_ = loss("actor"), &gradientNorm_ = loss("gradientNorm");
  Mlp *model_ = nullptr, *actor_ = nullptr;
  Adam *modelAdam_ = nullptr, *policyAdam_ = nullptr;
  RandomStream *sampling_ = nullptr, *starting_ = nullptr, *aiming_ = nullptr;
  Tape modelTape_, policyTape_;
};

}  // namespace

std::unique_ptr<Learner> makeReachRollout(const Replay& replay, const LearnerOptions& options,
                                          const RolloutSettings& settings) {
  const int tip = options.reach->goal ? 0 : kGoalSize;
  if (replay.observationSize() != kStates + tip || replay.actionSize() != kJoints)
    throw std::invalid_argument(
        "A reach task needs an arm's dataset: seven joint angles and seven joint velocities, and as many actions.");
  return std::make_unique<ReachRollout>(replay, options, settings);
}

}  // namespace forager
