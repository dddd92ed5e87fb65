// The episode's part of the control cycle: 20 Hz ticks, the policy's actions, the supervised motion.
#include <algorithm>
#include <cmath>
#include <utility>

#include "arm/controller_core.h"

namespace forager {

namespace {

// Step flags that say which rows slowed the arm.
int32_t flagsOf(uint32_t rows) {
  static constexpr std::pair<int, int32_t> kFlags[] = {{9, kFlagNearJoint}, {12, kFlagPointSpeed}, {13, kFlagPointSpeed},
                                                       {14, kFlagNearWall}, {15, kFlagNearFloor}, {16, kFlagNearSelf},
                                                       {21, kFlagSingular}};
  int32_t out = kFlagSlowed;
  for (const auto& [row, flag] : kFlags)
    if (rows & rowBit(row)) out |= flag;
  return out;
}

}  // namespace

JointVector ArmController::Core::followPolicy(const ArmState& state, int lost) {
  if (fresh) {
    fresh = false;
    target = sentSum = {};
    sentCount = 0;
    flags = 0;
    end = EndCode::none;
    answered = true;
    mailSequence = mailbox.sequence();
    heardNs = nowNs;
    nextTick = state.messageId;
    publishRecord(state);
  } else if (state.messageId >= nextTick) {
    checkRun();
    if (phase == Phase::moving) tick(state);
  }
  if (lost > 0) {
    flags |= kFlagGap;
    supervisor.lookAgain();
  }
  if (lost >= space.limits().gapWarn) stepWarned |= rowBit(5);
  readMail();
  checkPolicyAge();
  if (lost >= space.limits().gapRamp) hold(5);
  if (phase != Phase::moving) return {};

  const double scale = supervisor.scale();
  if (scale < 1) {
    flags |= flagsOf(supervisor.slowedBy());
    stepActed |= supervisor.slowedBy();
  }
  stepWarned |= supervisor.warned();
  JointVector q, v, a;
  for (int i = 0; i < kJoints; i++) {
    a[i] = supervisor.shapers()[i].nextAcceleration(target[i] * scale, state.dqDesired[i], state.ddqDesired[i]);
    v[i] = state.dqDesired[i] + a[i] * kCycleS;
    q[i] = state.qDesired[i] + v[i] * kCycleS;
  }
  StopCause found;
  if (!supervisor.allows(q, v, a, target, &found)) {
    found.atNs = nowNs;
    found.tooltip = space.kinematics().tooltip(state.q);
    cause = found;
    stepActed |= rowBit(found.rule);
    endEpisode(EndCode::safetyLimit);
    enter(Phase::braking);
  }
  return v;
}

// Takes the policy's newest action, if there is one. One that is just being written is taken in the next cycle.
void ArmController::Core::readMail() {
  std::array<float, kJoints> action;
  if (mailbox.sequence() == mailSequence || !mailbox.tryRead(action, mailSequence)) return;
  for (float x : action) {
    if (std::isfinite(x)) continue;
    StopCause found;
    found.kind = StopKind::commandInvalid;
    found.rule = 1;
    latch(found);
    return;
  }
  const double clip = space.model().supervisor.velocityClip;
  const double worst = space.limits().badAction / clip;
  bool clipped = false, bad = false;
  for (int i = 0; i < kJoints; i++) {
    clipped |= std::abs(action[i]) > 1;
    bad |= std::abs(action[i]) > worst;
    target[i] = clip * std::clamp<double>(action[i], -1, 1);
  }
  if (clipped) flags |= kFlagClipped;
  if (bad) flags |= kFlagBadAction;
  if (clipped) stepActed |= rowBit(2);
  answered = true;
  heardNs = nowNs;
  supervisor.lookAgain();
}

void ArmController::Core::checkPolicyAge() {
  const SupervisorLimits& limits = space.model().supervisor;
  const double age = static_cast<double>(nowNs - heardNs) * 1e-9;
  if (age > limits.policyAgeWarn) stepWarned |= rowBit(3);
  if (age > limits.policyAgeDecay) {
    target = {};
    flags |= kFlagDecayed;
    stepActed |= rowBit(3);
  }
  if (age <= limits.policyAgeStop) return;
  StopCause found;
  found.kind = StopKind::policySilent;
  found.rule = 3;
  found.value = age;
  found.limit = limits.policyAgeStop;
  latch(found);
}

void ArmController::Core::tick(const ArmState& state) {
  if (answered) {
    publishRecord(state);
    answered = false;
    return;
  }
  // No action came in time: the step goes on until the next tick, and is marked.
  flags |= kFlagLate;
  view.lateTicks++;
  nextTick += kCyclesPerTick;
}

void ArmController::Core::publishRecord(const ArmState& state) {
  StepRecord record;
  record.index = recordIndex.load(std::memory_order_relaxed) + 1;
  const Vector3 tooltip = space.kinematics().tooltip(state.q);
  const double clip = space.model().supervisor.velocityClip;
  for (int i = 0; i < kJoints; i++) {
    record.observation[i] = static_cast<float>(state.q[i]);
    record.observation[kJoints + i] = static_cast<float>(state.dq[i]);
    record.sent[i] = sentCount > 0 ? static_cast<float>(sentSum[i] / sentCount / clip) : 0;
  }
  for (int k = 0; k < 3; k++) record.tooltip[k] = static_cast<float>(tooltip[k]);
  record.tickTimeNs = nowNs;
  if (stepWarned != 0) flags |= kFlagWarned;
  countRules();
  record.flags = flags;
  record.end = end;
  if (sentCount > 0) {
    view.steps++;
    view.slowedSteps += (flags & kFlagSlowed) != 0;
    view.clippedSteps += (flags & kFlagClipped) != 0;
  }
  sentSum = {};
  sentCount = 0;
  flags = 0;
  recordDue = false;
  nextTick = std::max(nextTick + kCyclesPerTick, state.messageId + 1);
  records.write(record);
  recordIndex.store(record.index, std::memory_order_release);
  wake = true;
}

}  // namespace forager
