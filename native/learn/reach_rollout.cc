// Policy optimisation through a learned model, to a point. SSE (explore/sse.cc) back-propagates through roll-outs of
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
#include <optional>
#include <stdexcept>

#include "learn/free_transitions.h"
#include "learn/held_rollouts.h"
#include "learn/joint_model.h"
#include "learn/reach_cost.h"
#include "learn/rollout_learner.h"
#include "nn/ops.h"

namespace forager {

namespace {

class ReachRollout final : public RolloutLearner {
 public:
  ReachRollout(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings)
      : RolloutLearner(replay, options, settings),
        free_(freeTransitions(replay, options.reach->arm)),
        anyGoal_(!options.reach->goal),
        cost_(options.reach->arm, {settings.smoothDistance, settings.postureCost, settings.limitCost,
                                   settings.jointMargin, settings.boxMargin}) {
    setGoalScale(options.reach->arm);
    makeNetworks();
    makeTraining();
    held_.emplace(saved_, replay_, cost_, options.reach->goal, firsts_, heldRule(), *starting_, goalStream(options));
    recordModelUpdate();
    recordPolicyUpdate();
    schedule();
  }

  PolicyParts policy() const override {
    std::vector<LayerValues> layers = actor_->values();
    std::vector<float> shift(normalisation_.shift, normalisation_.shift + kArmStates);
    std::vector<float> scale(normalisation_.scale, normalisation_.scale + kArmStates);
    if (anyGoal_) {
      shift.insert(shift.end(), goalShift_.begin(), goalShift_.end());
      scale.insert(scale.end(), goalScale_.begin(), goalScale_.end());
    }
    foldNormalisation(layers.front(), shift.data(), scale.data());
    return {{{"actor", std::move(layers)}}, {}};
  }

 private:
  // Of an observation with the goal: the box becomes -1..1.
  void setGoalScale(const ArmModel& arm) {
    for (int i = 0; i < kGoalSize; ++i) {
      const double low = arm.supervisor.boxMin[i], high = arm.supervisor.boxMax[i];
      goalShift_[i] = static_cast<float>((low + high) / 2);
      goalScale_[i] = static_cast<float>(2 / (high - low));
    }
  }

  // Numbers that the policy observes.
  int seen() const { return kArmStates + (anyGoal_ ? kGoalSize : 0); }

  void makeNetworks() {
    const int hidden = static_cast<int>(settings_.jointHidden);
    const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
    model_ = &network("model", {2, hidden, hidden, 2}, Activation::linear, true);
    actor_ = &network("actor", {seen(), h1, h2, kJoints}, Activation::tanh, true);
    RandomStream& weights = stream("weights");
    model_->initialize(weights);
    actor_->initialize(weights);
    actor_->initializeLastXavier(weights, 0.01);  // a policy that begins almost at rest
  }

  HeldRolloutRule heldRule() const {
    return {static_cast<int>(settings_.starts), static_cast<int>(std::round(settings_.starts * settings_.heldShare)),
            static_cast<int>(settings_.heldHorizons), static_cast<float>(settings_.disturbance)};
  }

  // f ← f − Adam(∇ mean (f(dq_j, a_j) − change_j)²) over transitions and joints
  void recordModelUpdate() {
    Tape& tape = modelTape_;
    const int transitions = static_cast<int>(settings_.batch);
    const int first = static_cast<int>(std::round(transitions * settings_.firstShare));
    const JointSamples samples =
        recordJointSamples(tape, replay_, *sampling_, {{free_.first, first}, {free_.all, transitions - first}});
    const Tensor predicted = model_->forward(tape, samples.input, Gradients::weights);
    recordLoss(tape, {predicted}, {&metrics_}, [=, this, change = samples.change] {
      const float share = 1 / (static_cast<float>(predicted.rows) * 2);
      modelLoss_ = 0;
      for (int r = 0; r < predicted.rows; ++r)
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
    const HeldRollouts::Start start = held_->recordStart(tape);
    Tensor state = start.state;
    std::vector<Tensor> costs, actions;
    for (int t = 0; t < static_cast<int>(settings_.horizon); ++t) {
      const Tensor chosen = actor_->forward(tape, recordNormalised(state, start.goal), Gradients::weights);
      const Tensor input = recordJointInputs(tape, state, recordDisturbed(chosen, start.disturbance));
      const Tensor next = recordJointAdvance(tape, state, model_->forward(tape, input, Gradients::input));
      costs.push_back(recordCost(state, chosen, next, start.goal));
      state = next;
      actions.push_back(chosen);
    }
    held_->recordEnd(tape, state, start.goal);
    recordPolicyStep(*actor_, costs, actions);
  }

  // What the policy observes: [rows, 14], or [rows, 17] with the goal.
  Tensor recordNormalised(const Tensor& state, const Tensor& goal) {
    return mapRows(
        policyTape_, {state, goal}, seen(),
        [=, this](const float* const* in, float* out) {
          for (int i = 0; i < kArmStates; ++i) out[i] = (in[0][i] - normalisation_.shift[i]) * normalisation_.scale[i];
          if (!anyGoal_) return;
          for (int i = 0; i < kGoalSize; ++i) out[kArmStates + i] = (in[1][i] - goalShift_[i]) * goalScale_[i];
        },
        [=, this](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
          for (int i = 0; i < kArmStates; ++i) inGradient[0][i] += outGradient[i] * normalisation_.scale[i];
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

  // The cost of being at the next state, motion mean_j a_j² and change mean_j (a_j − the action that keeps dq_j)².
  Tensor recordCost(const Tensor& state, const Tensor& action, const Tensor& next, const Tensor& goal) {
    const float motion = static_cast<float>(settings_.motionCost / kJoints);
    const float change = static_cast<float>(settings_.changeCost / kJoints);
    return mapRows(
        policyTape_, {next, action, state, goal}, 1,
        [=, this](const float* const* in, float* out) {
          float costs = 0;
          for (int j = 0; j < kJoints; ++j) {
            const float a = in[1][j], by = a - kVelocityScale * in[2][kJoints + j];
            costs += motion * a * a + change * by * by;
          }
          *out = static_cast<float>(cost_.at(anglesOf(in[0]), pointOf(in[3]), nullptr)) + costs;
        },
        [=, this](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
          JointVector slope{};
          cost_.at(anglesOf(in[0]), pointOf(in[3]), &slope);
          for (int j = 0; j < kJoints; ++j) {
            const float a = in[1][j], by = a - kVelocityScale * in[2][kJoints + j];
            inGradient[0][j] += *outGradient * static_cast<float>(slope[j]);
            inGradient[1][j] += *outGradient * 2 * (motion * a + change * by);
            if (inGradient[2] != nullptr)  // not the start
              inGradient[2][kJoints + j] -= *outGradient * 2 * change * kVelocityScale * by;
          }
        },
        kCostlyElement);
  }

  static Vector3 pointOf(const float* values) { return {values[0], values[1], values[2]}; }

  FreeTransitions free_;
  bool anyGoal_;  // every roll-out has its own
  std::array<float, kGoalSize> goalShift_{}, goalScale_{};
  ReachCost cost_;
  Mlp *model_ = nullptr, *actor_ = nullptr;
  std::optional<HeldRollouts> held_;
};

}  // namespace

std::unique_ptr<Learner> makeReachRollout(const Replay& replay, const LearnerOptions& options,
                                          const RolloutSettings& settings) {
  const int tip = options.reach->goal ? 0 : kGoalSize;
  if (replay.observationSize() != kArmStates + tip || replay.actionSize() != kJoints)
    throw std::invalid_argument(
        "A reach task needs an arm's dataset: seven joint angles and seven joint velocities, and as many actions.");
  return std::make_unique<ReachRollout>(replay, options, settings);
}

}  // namespace forager
