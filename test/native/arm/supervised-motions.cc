// Runs random and hostile policies from random start poses through the real controller and supervisor, at full speed, and
// has an independent judge look at the robot's record of each millisecond. The arm's description comes on stdin, one
// line `name count numbers...` each; the report is one JSON object on stdout.
//
// supervised-motions FIRST COUNT [lossy]   sequences FIRST .. FIRST + COUNT - 1; lossy: states and commands get lost
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "adversary.h"
#include "arm-numbers.h"
#include "judge-report.h"
#include "judged-arm.h"

using namespace forager;

namespace {

constexpr int kLongest = 3000;     // ms of policy
constexpr int kRestWithin = 300;   // ms from the end of the policy to rest
constexpr int kEndWithin = 600;    // ms until the Move has ended

// How one sequence went.
struct Outcome {
  StopKind stop = StopKind::none;
  int policyMs = 0, restMs = 0;
  bool rested = false;
};

Outcome runPolicy(JudgedArm& arm, adversary::Policy& policy) {
  Outcome out;
  ArmController& controller = arm.controller();
  std::array<float, kJoints> action{};
  controller.requestEpisode();
  bool ended = false;
  for (; out.policyMs < kLongest && !ended; out.policyMs++) {
    arm.millisecond();
    const Activity activity = controller.activity();
    if (activity == Activity::episode && policy.act(out.policyMs, arm.q(), action)) controller.postAction(action);
    ended = out.policyMs > 10 && activity != Activity::episode && activity != Activity::starting;
  }
  if (!ended) (arm.random().bits() & 1) ? controller.requestEndEpisode() : controller.requestStop(StopKind::operatorStop);
  for (int i = 0; i < kEndWithin && !(controller.standing() && out.rested); i++) {
    arm.millisecond();
    if (!out.rested && arm.rests()) {
      out.rested = true;
      out.restMs = i;
    }
  }
  out.rested &= controller.standing() && !arm.robot().moving() && out.restMs <= kRestWithin;
  out.stop = controller.snapshot().stop.kind;
  return out;
}

struct Report {
  uint64_t milliseconds = 0, reflexes = 0, restless = 0;
  int longestRestMs = 0;
  std::map<std::string, uint64_t> stops;
  Findings findings;
};

void runSequence(uint64_t n, const ArmModel& model, const judge::Rules& rules, JudgedArm::Link link, judge::MotionJudge& judge, Report& report) {
  adversary::Random random(n * 0x9e3779b97f4a7c15 + 1);
  const auto kind = static_cast<adversary::Kind>(n % static_cast<uint64_t>(adversary::Kind::kCount));
  const JointVector start = startPose(random, model, rules);
  adversary::Policy policy(kind, random.bits(), rules);
  JudgedArm arm(model, start, random.bits(), link, judge);
  const Outcome outcome = runPolicy(arm, policy);
  report.stops[codeOf(outcome.stop)]++;
  report.milliseconds += static_cast<uint64_t>(outcome.policyMs);
  report.restless += !outcome.rested;
  report.reflexes += arm.reflex();
  report.longestRestMs = std::max(report.longestRestMs, outcome.restMs);
  report.findings.take(judge, n, adversary::kindName(kind));
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return std::fprintf(stderr, "supervised-motions FIRST COUNT [lossy]\n"), 2;
  const auto began = std::chrono::steady_clock::now();
  const uint64_t first = std::strtoull(words[1], nullptr, 10), sequences = std::strtoull(words[2], nullptr, 10);
  const bool lossy = count > 3 && std::string(words[3]) == "lossy";
  const ArmModel model = modelOf(readNumbers(std::cin));
  const judge::Rules rules = rulesOf(model.supervisor);
  judge::MotionJudge judge(lossy ? lossyRules(rules, model.supervisor, JudgedArm::kMostLost) : rules);
  Report report;
  for (uint64_t n = first; n < first + sequences; n++)
    runSequence(n, model, rules, lossy ? JudgedArm::Link::lossy : JudgedArm::Link::good, judge, report);
  std::printf("{\"sequences\":%llu,\"milliseconds\":%llu,\"reflexes\":%llu,\"restless\":%llu,\"longestRestMs\":%d,\"seconds\":%.1f,",
              static_cast<unsigned long long>(sequences), static_cast<unsigned long long>(report.milliseconds),
              static_cast<unsigned long long>(report.reflexes), static_cast<unsigned long long>(report.restless), report.longestRestMs,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  std::printf("\"worst\":%s,\"stops\":%s,\"breaches\":%s}\n", worstJson(judge).c_str(), countsJson(report.stops).c_str(),
              report.findings.json().c_str());
  return 0;
}
