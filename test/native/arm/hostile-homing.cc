// Sends the arm home from poses next to every limit, and from where hostile policies have led it, while stops, lost
// packets, silence and reflexes come in between. An independent judge looks at the robot's record of each millisecond.
// After each trouble a person clears what is latched and sends the arm home again; the last attempt is left alone, so
// that every sequence ends at home or at rest with a cause. The arm's description comes on stdin; the report is one JSON
// object on stdout.
//
// hostile-homing FIRST COUNT   sequences FIRST .. FIRST + COUNT - 1
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "adversary.h"
#include "arm-numbers.h"
#include "arm/home_planner.h"
#include "judge-report.h"
#include "judged-arm.h"

using namespace forager;

namespace {

constexpr int kAttempts = 4;          // the last one without trouble
constexpr int kLongest = 120'000;     // ms of one return home
constexpr int kRestWithin = 300;      // ms from a trouble to rest
constexpr int kSettle = 1500;         // ms that a robot may need to recover
constexpr int kRobotTrips = 20;       // ms without a command, then the robot stops by itself
constexpr double kEased = 0.01;       // m and rad of the policy's margins that the way home may give up
constexpr double kFloorHome = 0.003;  // m over the floor that the way home keeps
constexpr int kNearest = 24, kSteps = 200;  // poses and steps of the search for one near a limit
constexpr double kStep = 0.02;        // rad

enum class Start { anywhere, wall, floor, joint, self, policy, kCount };
enum class Trouble { none, stop, stops, lossy, silence, reflex, userStop, heartbeat, end, kCount };
constexpr const char* kStartNames[] = {"anywhere", "wall", "floor", "joint", "self", "policy"};
constexpr const char* kTroubleNames[] = {"none", "stop", "stops", "lossy", "silence", "reflex", "user-stop", "heartbeat", "end"};
constexpr uint64_t kStarts = static_cast<uint64_t>(Start::kCount), kTroubles = static_cast<uint64_t>(Trouble::kCount);

// The way home may start where a policy's motion ended, so it may come a little nearer than a policy.
judge::Rules homeRules(judge::Rules rules) {
  rules.jointMargin -= kEased;
  for (int k = 0; k < 3; k++) {
    rules.boxMin[k] -= kEased;
    rules.boxMax[k] += kEased;
    rules.bodyMin[k] -= kEased;
    rules.bodyMax[k] += kEased;
  }
  rules.floor = kFloorHome;
  rules.self -= kEased;
  return rules;
}

// m or rad to the limit that the start is to be near.
double nearness(const judge::Pose& pose, Start start) {
  switch (start) {
    case Start::wall: return std::min(pose.box, pose.body);
    case Start::floor: return pose.floor;
    case Start::joint: return pose.margin;
    case Start::self: return pose.self;
    default: return 0;
  }
}

// A pose clear of all limits and as near to one kind of them as a short search finds.
JointVector poseNear(adversary::Random& random, const ArmModel& model, const judge::Rules& rules, Start start) {
  JointVector best = startPose(random, model, rules);
  if (start == Start::anywhere) return best;
  double least = nearness(judge::judgePose(best, rules), start);
  const auto consider = [&](const JointVector& q) {
    const judge::Pose pose = judge::judgePose(q, rules);
    if (!clearOfLimits(pose, rules) || nearness(pose, start) >= least) return;
    best = q;
    least = nearness(pose, start);
  };
  for (int i = 0; i < kNearest; i++) consider(startPose(random, model, rules));
  for (int i = 0; i < kSteps; i++) {
    JointVector q = best;
    for (double& each : q) each += kStep * random.both() * random.unit();
    consider(q);
  }
  return best;
}

struct Report {
  uint64_t attempts = 0, milliseconds = 0, restless = 0, causeless = 0;
  int longestRestMs = 0;
  std::map<std::string, uint64_t> ends, troubles;
  Findings findings;
};

class Homing {
 public:
  Homing(const ArmModel& model, const JointVector& start, uint64_t seed, Trouble trouble, judge::MotionJudge& judge, Report& report)
      : model_(model), space_(model), planner_(space_), trouble_(trouble), report_(report), crumbs_(ArmController::kMaxBreadcrumbs),
        arm_(model, start, seed, trouble == Trouble::lossy ? JudgedArm::Link::lossy : JudgedArm::Link::good, judge) {
    arm_.allowOwnBrake();
  }

  // A policy leads the arm away from home first, until it ends or is ended.
  void lead(adversary::Policy& policy, int milliseconds) {
    ArmController& controller = arm_.controller();
    std::array<float, kJoints> action{};
    controller.requestEpisode();
    for (int ms = 0; ms < milliseconds; ms++) {
      arm_.millisecond();
      if (controller.activity() == Activity::episode && policy.act(ms, arm_.q(), action)) controller.postAction(action);
    }
    controller.requestEndEpisode();
    awaitRest();
  }

  // Returns how it ended: `home`, or the cause for which the arm stands elsewhere.
  std::string run() {
    for (int attempt = 0; attempt < kAttempts; attempt++) {
      if (!clear()) return "not-cleared";
      HomePath path;
      ArmController& controller = arm_.controller();
      const int count = controller.breadcrumbs(crumbs_.data(), ArmController::kMaxBreadcrumbs);
      if (!planner_.plan(arm_.q(), crumbs_.data(), count, path)) return "no-way-home";
      ++report_.attempts;
      controller.requestHome(path);
      travel(attempt == kAttempts - 1 ? Trouble::none : trouble_);
      if (!arm_.standing()) {
        ++report_.restless;
        return "restless";
      }
      if (home()) return "home";
      if (trouble_ != Trouble::end && controller.snapshot().stop.kind == StopKind::none) ++report_.causeless;
    }
    return codeOf(arm_.controller().snapshot().stop.kind);
  }

 private:
  // What a person does after a stop: releases the device, recovers the robot, arms again.
  bool clear() {
    arm_.controller().releaseHeartbeat();
    arm_.robot().releaseUserStop();
    arm_.robot().startRecovery();
    for (int ms = 0; ms < kSettle && arm_.robot().recovering(); ms++) arm_.millisecond();
    arm_.controller().clearStop(arm_.controller().stopsAsked());
    for (int ms = 0; ms < 5; ms++) arm_.millisecond();
    return !arm_.controller().stopped() && arm_.robot().state().robotMode == kModeIdle;
  }

  // Until the arm stands, with the trouble somewhere on the way.
  void travel(Trouble trouble) {
    ArmController& controller = arm_.controller();
    const int at = 20 + static_cast<int>(4000 * arm_.random().unit() * arm_.random().unit());
    if (trouble == Trouble::heartbeat) controller.heartbeat(arm_.nowNs());
    for (int ms = 0; ms < kLongest; ms++) {
      arm_.millisecond();
      ++report_.milliseconds;
      if (trouble == Trouble::heartbeat) controller.watchHeartbeat(arm_.nowNs());
      if (ms > 5 && arm_.standing()) return;
      if (ms == at && make(trouble)) return awaitRest();
    }
  }

  // True when the arm must come to rest by it.
  bool make(Trouble trouble) {
    ArmController& controller = arm_.controller();
    switch (trouble) {
      case Trouble::stop:
      case Trouble::stops: controller.requestStop(StopKind::operatorStop); return true;
      case Trouble::silence: arm_.cut(kRobotTrips + arm_.random().below(200)); return true;
      case Trouble::reflex: arm_.robot().raiseReflex(arm_.random().below(41)); return true;
      case Trouble::userStop: arm_.robot().pressUserStop(); return true;
      case Trouble::end: controller.requestEndEpisode(); return true;
      default: return false;
    }
  }

  void awaitRest() {
    int restMs = -1;
    for (int ms = 0; ms < 3 * kRestWithin && !(restMs >= 0 && arm_.standing()); ms++) {
      // A person who presses again and again, and clears it at once.
      if (trouble_ == Trouble::stops && arm_.random().below(4) == 0) {
        arm_.controller().clearStop(arm_.controller().stopsAsked());
        arm_.controller().requestStop(StopKind::operatorStop);
      }
      arm_.millisecond();
      if (restMs < 0 && arm_.rests()) restMs = ms;
    }
    if (restMs < 0 || restMs > kRestWithin) ++report_.restless;
    report_.longestRestMs = std::max(report_.longestRestMs, restMs);
  }

  bool home() {
    for (int i = 0; i < kJoints; i++)
      if (std::abs(arm_.robot().state().q[i] - model_.home[i]) > model_.supervisor.homeTolerance) return false;
    return true;
  }

  static constexpr uint8_t kModeIdle = 1;

  const ArmModel& model_;
  SafeSpace space_;
  HomePlanner planner_;
  const Trouble trouble_;
  Report& report_;
  std::vector<JointVector> crumbs_;
  JudgedArm arm_;
};

void runSequence(uint64_t n, const ArmModel& model, const judge::Rules& policyRules, judge::MotionJudge& judge, Report& report) {
  adversary::Random random(n * 0x9e3779b97f4a7c15 + 77);
  const auto start = static_cast<Start>(n % kStarts);
  const auto trouble = static_cast<Trouble>(n / kStarts % kTroubles);
  const JointVector pose = start == Start::policy ? model.home : poseNear(random, model, policyRules, start);
  Homing homing(model, pose, random.bits(), trouble, judge, report);
  if (start == Start::policy) {
    const auto kind = static_cast<adversary::Kind>(random.below(static_cast<int>(adversary::Kind::kCount)));
    adversary::Policy policy(kind, random.bits(), policyRules);
    homing.lead(policy, 200 + random.below(4000));
  }
  const std::string from = kStartNames[static_cast<int>(start)], through = kTroubleNames[static_cast<int>(trouble)];
  report.ends[from + " " + homing.run()]++;
  report.troubles[through]++;
  report.findings.take(judge, n, (from + ", " + through).c_str());
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fprintf(stderr, "hostile-homing FIRST COUNT\n"), 2;
  const auto began = std::chrono::steady_clock::now();
  const uint64_t first = std::strtoull(words[1], nullptr, 10), sequences = std::strtoull(words[2], nullptr, 10);
  const ArmModel model = modelOf(readNumbers(std::cin));
  const judge::Rules policyRules = rulesOf(model.supervisor), rules = homeRules(policyRules);
  // Where the robot got no commands for a while, it may have gone on as far as it does by its own rules.
  judge::MotionJudge judge(rules), loose(lossyRules(rules, model.supervisor, kRobotTrips));
  Report report;
  for (uint64_t n = first; n < first + sequences; n++) {
    const auto trouble = static_cast<Trouble>(n / kStarts % kTroubles);
    const bool commandsLost = trouble == Trouble::lossy || trouble == Trouble::silence;
    runSequence(n, model, policyRules, commandsLost ? loose : judge, report);
  }
  std::printf("{\"sequences\":%llu,\"attempts\":%llu,\"milliseconds\":%llu,\"restless\":%llu,\"causeless\":%llu,\"longestRestMs\":%d,\"seconds\":%.1f,",
              static_cast<unsigned long long>(sequences), static_cast<unsigned long long>(report.attempts),
              static_cast<unsigned long long>(report.milliseconds), static_cast<unsigned long long>(report.restless),
              static_cast<unsigned long long>(report.causeless), report.longestRestMs,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  std::printf("\"worst\":%s,\"worstLossy\":%s,\"ends\":%s,\"troubles\":%s,\"breaches\":%s}\n", worstJson(judge).c_str(),
              worstJson(loose).c_str(), countsJson(report.ends).c_str(), countsJson(report.troubles).c_str(),
              report.findings.json().c_str());
  return 0;
}
