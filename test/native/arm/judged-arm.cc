#include "judged-arm.h"

#include <cmath>

namespace forager {

namespace {
constexpr int64_t kMsNs = 1'000'000;
}  // namespace

judge::Rules rulesOf(const SupervisorLimits& limits) {
  return {limits.velocityClip, limits.acceleration, limits.jerk,      limits.jointMarginStop, limits.boxMin,   limits.boxMax,
          limits.bodyBoxMin,   limits.bodyBoxMax,   limits.floorStop, limits.collisionStop,   limits.toolSpeed};
}

// Where commands get lost the robot goes on for up to mostLost ms with the acceleration it has, and nothing on our side
// can brake it: so much faster and so much nearer it may come. A gap may follow the one before as soon as a command has
// taken back a part of the acceleration.
judge::Rules lossyRules(judge::Rules rules, const SupervisorLimits& limits, int mostLost) {
  rules.velocity += 3 * mostLost * 1e-3 * rules.acceleration;
  rules.jointMargin -= 0.5 * limits.jointMarginStop;
  for (int k = 0; k < 3; k++) {
    rules.boxMin[k] -= limits.boxOutside;
    rules.boxMax[k] += limits.boxOutside;
    rules.bodyMin[k] -= limits.boxOutside;
    rules.bodyMax[k] += limits.boxOutside;
  }
  rules.floor -= limits.floorStop;
  rules.self -= limits.boxOutside;
  rules.toolSpeed *= 1.2;
  return rules;
}

bool clearOfLimits(const judge::Pose& pose, const judge::Rules& rules) {
  return pose.margin > rules.jointMargin + kStartRoom && pose.box > kStartRoom && pose.body > kStartRoom &&
         pose.floor > rules.floor + kStartRoom && pose.self > rules.self + kStartRoom;
}

JointVector startPose(adversary::Random& random, const ArmModel& model, const judge::Rules& rules) {
  for (;;) {
    JointVector q;
    for (int i = 0; i < kJoints; i++) q[i] = model.qMin[i] + (model.qMax[i] - model.qMin[i]) * random.unit();
    if (clearOfLimits(judge::judgePose(q, rules), rules)) return q;
  }
}

JudgedArm::JudgedArm(const ArmModel& model, const JointVector& start, uint64_t seed, Link link, judge::MotionJudge& judge)
    : robot_(model, seed), controller_(model), judge_(judge), random_(seed ^ 0x5eed), lossy_(link == Link::lossy) {
  robot_.place(start);
  judge_.begin(start);
}

int64_t JudgedArm::nowNs() const { return static_cast<int64_t>(robot_.state().messageId) * kMsNs; }

bool JudgedArm::losesState() {
  if (cut_ > 0) return true;
  if (lossy_ && lost_ == 0 && random_.below(60) == 0) lost_ = 1 + random_.below(12);
  if (lost_ == 0 || unanswered_ >= kMostLost) return false;
  --lost_;
  return true;
}

bool JudgedArm::losesCommand() {
  if (cut_ > 0) return true;
  return lossy_ && unanswered_ < kMostLost && random_.below(40) == 0;
}

void JudgedArm::millisecond() {
  const ArmState& state = robot_.state();
  const int64_t now = nowNs();
  bool answers = false;
  if (losesState()) {
    ++gap_;
    controller_.silence(now, (gap_ + 1) * kMsNs);
  } else {
    out_ = controller_.cycle(state, now, gap_);
    gap_ = 0;
    if (out_.wantsMove && !wantedMove_) robot_.startMove();
    wantedMove_ = out_.wantsMove;
    if (out_.fastStop) robot_.stopMove();
    answers = state.motionGenerator != 0 && robot_.moving();
    if (losesCommand()) answers = false;
  }
  if (cut_ > 0) --cut_;
  unanswered_ = answers ? 0 : unanswered_ + 1;
  robot_.tick(answers ? &out_.dq : nullptr, answers && (out_.finished || !out_.wantsMove));
  if (const auto end = robot_.takeMoveEnd(); end != SimulatedArmCore::MoveEnd::none) end_ = end;
  const bool alone = ownBrake_ && !robot_.moving() && end_ != SimulatedArmCore::MoveEnd::finished;
  judge_.sample(state.qDesired, state.dqDesired, state.ddqDesired,
                alone ? judge::MotionJudge::Driver::robot : judge::MotionJudge::Driver::station);
}

}  // namespace forager
