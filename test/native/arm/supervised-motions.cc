// Runs random and hostile policies from random start poses through the real controller and supervisor, at full speed, and
// has an independent judge look at the robot's record of each millisecond. The arm's description comes on stdin, one
// line `name count numbers...` each; the report is one JSON object on stdout.
//
// supervised-motions FIRST COUNT [lossy]   sequences FIRST .. FIRST + COUNT - 1; lossy: states and commands get lost
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "adversary.h"
#include "arm-numbers.h"
#include "arm/controller.h"
#include "fci/simulated_arm.h"
#include "motion-judge.h"

using namespace forager;

namespace {

constexpr int64_t kMsNs = 1'000'000;
constexpr int kLongest = 3000;     // ms of policy
constexpr int kRestWithin = 300;   // ms from the end of the policy to rest
constexpr int kEndWithin = 600;    // ms until the Move has ended
constexpr double kStartRoom = 0.004;  // m and rad between a start pose and each limit
constexpr double kResting = 1e-3;  // rad/s
constexpr int kMostLost = 15;      // ms in a row without a command that counts; 20 end in the robot's own reflex

judge::Rules rulesOf(const SupervisorLimits& limits) {
  return {limits.velocityClip, limits.acceleration, limits.jerk,      limits.jointMarginStop, limits.boxMin,   limits.boxMax,
          limits.bodyBoxMin,   limits.bodyBoxMax,   limits.floorStop, limits.collisionStop,   limits.toolSpeed};
}

// Where commands get lost the robot goes on for up to kMostLost ms with the acceleration it has, and nothing on our side
// can brake it: so much faster and so much nearer it may come. A gap may follow the one before as soon as a command has
// taken back a part of the acceleration.
judge::Rules lossyRules(judge::Rules rules, const SupervisorLimits& limits) {
  rules.velocity += 3 * kMostLost * 1e-3 * rules.acceleration;
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

// A pose inside all limits, anywhere in the ranges of the joints.
JointVector startPose(adversary::Random& random, const ArmModel& model, const judge::Rules& rules) {
  for (;;) {
    JointVector q;
    for (int i = 0; i < kJoints; i++) q[i] = model.qMin[i] + (model.qMax[i] - model.qMin[i]) * random.unit();
    const judge::Pose pose = judge::judgePose(q, rules);
    const bool clear = pose.margin > rules.jointMargin + kStartRoom && pose.box > kStartRoom && pose.body > kStartRoom &&
                       pose.floor > rules.floor + kStartRoom && pose.self > rules.self + kStartRoom;
    if (clear) return q;
  }
}

// How one sequence went.
struct Outcome {
  StopKind stop = StopKind::none;
  int policyMs = 0, restMs = 0;
  bool rested = false, reflex = false;
};

// The robot, the controller and the judge of one sequence.
class Sequence {
 public:
  Sequence(const ArmModel& model, const JointVector& start, uint64_t seed, bool lossy, judge::MotionJudge& judge)
      : robot_(model, seed), controller_(model), judge_(judge), random_(seed ^ 0x5eed), lossy_(lossy) {
    robot_.place(start);
    judge_.begin(start);
  }

  Outcome run(adversary::Policy& policy) {
    Outcome out;
    std::array<float, kJoints> action{};
    controller_.requestEpisode();
    bool ended = false;
    int policyMs = 0;
    for (; policyMs < kLongest && !ended; policyMs++) {
      millisecond();
      const Activity activity = controller_.activity();
      if (activity == Activity::episode && policy.act(policyMs, robot_.state().qDesired, action)) controller_.postAction(action);
      ended = policyMs > 10 && activity != Activity::episode && activity != Activity::starting;
    }
    out.policyMs = policyMs;
    if (!ended) (random_.bits() & 1) ? controller_.requestEndEpisode() : controller_.requestStop(StopKind::operatorStop);
    for (int i = 0; i < kEndWithin && !(controller_.standing() && out.rested); i++) {
      millisecond();
      if (!out.rested && judge_.speed() < kResting) {
        out.rested = true;
        out.restMs = i;
      }
    }
    out.rested &= controller_.standing() && !robot_.moving() && out.restMs <= kRestWithin;
    out.stop = controller_.snapshot().stop.kind;
    return out;
  }

  bool reflex() const { return robot_.state().robotMode == 4; }

 private:
  // One millisecond of robot and controller, as over the wire but without time passing.
  void millisecond() {
    const ArmState& state = robot_.state();
    const int64_t now = static_cast<int64_t>(state.messageId) * kMsNs;
    if (lossy_ && lost_ == 0 && random_.below(60) == 0) lost_ = 1 + random_.below(12);
    const bool stateLost = lost_ > 0 && unanswered_ < kMostLost;
    bool answers = false;
    if (stateLost) {
      --lost_;
      ++gap_;
      controller_.silence(now, (gap_ + 1) * kMsNs);
    } else {
      out_ = controller_.cycle(state, now, gap_);
      gap_ = 0;
      if (out_.wantsMove && !wantedMove_) robot_.startMove();
      wantedMove_ = out_.wantsMove;
      if (out_.fastStop) robot_.stopMove();
      answers = state.motionGenerator != 0 && robot_.moving();
      if (lossy_ && unanswered_ < kMostLost && random_.below(40) == 0) answers = false;
    }
    unanswered_ = answers ? 0 : unanswered_ + 1;
    robot_.tick(answers ? &out_.dq : nullptr, answers && (out_.finished || !out_.wantsMove));
    robot_.takeMoveEnd();
    judge_.sample(state.qDesired, state.dqDesired, state.ddqDesired);
  }

  SimulatedArmCore robot_;
  ArmController controller_;
  judge::MotionJudge& judge_;
  adversary::Random random_;
  const bool lossy_;
  Output out_;
  int lost_ = 0, gap_ = 0, unanswered_ = 0;
  bool wantedMove_ = false;
};

}  // namespace

int main(int count, char** words) {
  if (count < 3) return std::fprintf(stderr, "supervised-motions FIRST COUNT [lossy]\n"), 2;
  const auto began = std::chrono::steady_clock::now();
  const uint64_t first = std::strtoull(words[1], nullptr, 10), sequences = std::strtoull(words[2], nullptr, 10);
  const bool lossy = count > 3 && std::string(words[3]) == "lossy";
  const ArmModel model = modelOf(readNumbers(std::cin));
  const judge::Rules rules = rulesOf(model.supervisor);
  judge::MotionJudge judge(lossy ? lossyRules(rules, model.supervisor) : rules);
  std::map<int, uint64_t> stops;
  std::string findings;
  uint64_t milliseconds = 0, reflexes = 0, restless = 0, found = 0;
  int longestRest = 0;
  for (uint64_t n = first; n < first + sequences; n++) {
    adversary::Random random(n * 0x9e3779b97f4a7c15 + 1);
    const auto kind = static_cast<adversary::Kind>(n % static_cast<uint64_t>(adversary::Kind::kCount));
    const JointVector start = startPose(random, model, rules);
    adversary::Policy policy(kind, random.bits(), rules);
    Sequence sequence(model, start, random.bits(), lossy, judge);
    const Outcome outcome = sequence.run(policy);
    stops[static_cast<int>(outcome.stop)]++;
    milliseconds += static_cast<uint64_t>(outcome.policyMs);
    restless += !outcome.rested;
    reflexes += sequence.reflex();
    longestRest = std::max(longestRest, outcome.restMs);
    for (; found < judge.breaches().size(); found++) {
      const judge::Breach& breach = judge.breaches()[found];
      char line[240];
      std::snprintf(line, sizeof line,
                    "%s\n{\"sequence\":%llu,\"kind\":\"%s\",\"limit\":\"%s\",\"millisecond\":%llu,\"value\":%.9g,\"allowed\":%.9g}",
                    findings.empty() ? "" : ",", static_cast<unsigned long long>(n), adversary::kindName(kind),
                    judge::limitName(breach.limit), static_cast<unsigned long long>(breach.millisecond), breach.value, breach.allowed);
      findings += line;
    }
  }
  std::printf("{\"sequences\":%llu,\"milliseconds\":%llu,\"reflexes\":%llu,\"restless\":%llu,\"longestRestMs\":%d,\"seconds\":%.1f,\"worst\":{",
              static_cast<unsigned long long>(sequences), static_cast<unsigned long long>(milliseconds),
              static_cast<unsigned long long>(reflexes), static_cast<unsigned long long>(restless), longestRest,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  for (int i = 0; i < judge::kLimits; i++)
    std::printf("%s\"%s\":%.9g", i ? "," : "", judge::limitName(static_cast<judge::Limit>(i)), judge.worst(static_cast<judge::Limit>(i)));
  std::printf("},\"stops\":{");
  bool comma = false;
  for (const auto& [kind, times] : stops) {
    StopCause cause;
    cause.kind = static_cast<StopKind>(kind);
    const std::string code = cause.kind == StopKind::none ? "none" : describe(cause).code;
    std::printf("%s\"%s\":%llu", comma ? "," : "", code.c_str(), static_cast<unsigned long long>(times));
    comma = true;
  }
  std::printf("},\"breaches\":[%s]}\n", findings.c_str());
  return 0;
}
