#include "arm/controller_core.h"

#include <algorithm>
#include <cmath>

#include "arm/home_planner.h"

namespace forager {

namespace {

inline constexpr int kPublishCycles = 10;
inline constexpr int kRestCycles = 10;          // at rest before the Move is finished
inline constexpr double kRestSpeed = 1e-3;      // rad/s, commanded
inline constexpr double kRestAcceleration = 1e-2;
inline constexpr double kStandingSpeed = 0.005;  // rad/s, measured
inline constexpr int kSettleCycles = 300;       // longest wait for the joints to catch up with the command at home
inline constexpr int kStartCycles = 2000;       // longest wait for the robot to start a Move
inline constexpr int kRampCycles = 300;         // then StopMove
inline constexpr int kFinishCycles = 500;       // then StopMove
inline constexpr double kCrumbRad = 0.005;
inline constexpr double kCommandShare = 0.5;    // of the robot's limits
inline constexpr double kRounding = 1.01;       // the last sample at rest ends within it
inline constexpr double kRunWarn = 0.8;

inline constexpr uint8_t kModeMove = 2, kModeReflex = 4, kModeUserStop = 5;
inline constexpr uint8_t kGeneratorVelocity = 2, kControllerImpedance = 0;

bool running(const ArmState& state) {
  return state.robotMode == kModeMove && state.motionGenerator == kGeneratorVelocity &&
         state.controllerMode == kControllerImpedance;
}

double largest(const JointVector& v) {
  double out = 0;
  for (double x : v) out = std::max(out, std::abs(x));
  return out;
}

double distance(const JointVector& a, const JointVector& b) {
  double out = 0;
  for (int i = 0; i < kJoints; i++) out = std::max(out, std::abs(a[i] - b[i]));
  return out;
}

}  // namespace

Output ArmController::Core::cycle(const ArmState& state, int64_t now_ns, int lost) {
  nowNs = now_ns;
  last = state;
  phaseCycles++;
  wake = false;
  takeLimits();
  measured.follow(state);
  takeRequests(state);
  Output out;
  const bool runs = running(state);
  if (phase == Phase::starting) {
    if (runs)
      startMoving(state);
    else if (state.robotMode == kModeReflex || state.robotMode == kModeUserStop || phaseCycles > kStartCycles)
      moveEnded(state);
  } else if (phase == Phase::finishing && !runs) {
    enter(Phase::idle);
  } else if (!runs && (phase == Phase::moving || phase == Phase::braking)) {
    moveEnded(state);
  }
  if (phase == Phase::moving || phase == Phase::braking) out.dq = move(state, lost);
  if (recordDue && state.messageId >= nextTick) publishRecord(state);
  const Phase now = phase;
  out.wantsMove = now == Phase::starting || now == Phase::moving || now == Phase::braking;
  out.finished = now == Phase::finishing;
  fastStopped |= (now == Phase::braking && phaseCycles > kRampCycles) || (now == Phase::finishing && phaseCycles > kFinishCycles);
  out.fastStop = fastStopped;
  noteStandstill(state);
  if (--publishIn <= 0 || wake) publish(state);
  out.tick = wake;
  out.activity = activity();
  out.stop = cause.kind;
  return out;
}

// Limits that another thread has set; nothing is allocated.
void ArmController::Core::takeLimits() {
  if (newRun.exchange(false, std::memory_order_relaxed)) motionS = pathM = 0;
  SupervisorLimits limits;
  if (postedLimits.sequence() == limitsSequence || !postedLimits.tryRead(limits, limitsSequence)) return;
  space.setLimits(limits);
  if (phase == Phase::moving && goal == Goal::episode) supervisor.reset(space.stopMargins());
}

// Rows 4 and 5: states are missing. The arm slows to rest until the policy's next action.
void ArmController::Core::hold(int row) {
  if (phase != Phase::moving || goal != Goal::episode) return;
  target = {};
  flags |= kFlagHeld;
  stepActed |= rowBit(row);
}

void ArmController::Core::countRules() {
  view.rules.add(stepWarned, stepActed);
  stepWarned = stepActed = 0;
}

// Row 8. Holds by construction; when it does not, the state that the shaper was seeded with is not to be trusted: the
// velocity stays as it is and the robot brakes by itself.
void ArmController::Core::checkCommand(const ArmState& state, JointVector& dq) {
  const ArmModel& model = space.model();
  StopCause found;
  for (int i = 0; i < kJoints; i++) {
    const double a = (dq[i] - state.dqDesired[i]) / kCycleS, j = (a - state.ddqDesired[i]) / kCycleS;
    const double mostA = std::min(model.supervisor.acceleration, kCommandShare * model.acceleration[i]),
                 mostJ = std::min(model.supervisor.jerk, kCommandShare * model.jerk[i]);
    const bool byA = !(std::abs(a) <= kRounding * mostA), byJ = !(std::abs(j) <= kRounding * mostJ);
    if (!byA && !byJ) continue;
    found.kind = StopKind::commandBroken;
    found.rule = 8;
    found.joint = static_cast<uint8_t>(i + 1);
    found.value = byA ? std::abs(a) : std::abs(j);
    found.limit = byA ? mostA : mostJ;
    break;
  }
  if (found.kind == StopKind::none) return;
  latch(found);
  fastStopped = true;
  dq = state.dqDesired;
}

// Row 26, at the end of a step.
void ArmController::Core::checkRun() {
  const SupervisorLimits& limits = space.limits();
  if (motionS > kRunWarn * limits.runDuration || pathM > kRunWarn * limits.runPath) stepWarned |= rowBit(26);
  StopCause found;
  found.rule = 26;
  if (motionS >= limits.runDuration) {
    found.kind = StopKind::runDuration;
    found.value = motionS;
    found.limit = limits.runDuration;
  } else if (pathM >= limits.runPath) {
    found.kind = StopKind::runPath;
    found.value = pathM;
    found.limit = limits.runPath;
  }
  if (found.kind != StopKind::none) latch(found);
}

void ArmController::Core::enter(Phase next) {
  phase = next;
  phaseCycles = restCycles = settleCycles = 0;
  if (next == Phase::idle || next == Phase::starting) fastStopped = false;
  if (next == Phase::idle) {
    goal = Goal::none;
    countRules();
  }
  wake = true;
}

void ArmController::Core::takeRequests(const ArmState& state) {
  // Read against the order in which a person acts, who clears a stop and then wants a motion: whoever sees the later act
  // sees the earlier one too.
  const Request asked = request.load(std::memory_order_acquire);
  const uint64_t wanted = clearsAsked;
  if (const StopKind kind = pendingStop.load(std::memory_order_acquire); kind != StopKind::none) {
    StopCause found;
    found.kind = kind;
    found.value = pendingMeasures[static_cast<size_t>(kind)].value;
    found.limit = pendingMeasures[static_cast<size_t>(kind)].limit;
    found.rule = ruleOf(kind);
    found.robotMode = state.robotMode;
    latch(found);
    if (!clearing()) clearsDone = wanted;
    pendingStop.store(StopKind::none, std::memory_order_release);
  }
  // After the stops that wait: a person clears those that were there, and no later one. The act itself is done only when
  // readers can see the new state: they must not meet the old cause again.
  if (wanted != clearsDone && wanted != clearTaken) {
    if (clearing()) {
      clearTaken = wanted;
      cause = {};
      latched = false;
      wake = true;
    } else {
      clearsDone = wanted;
    }
  }
  if (asked == Request::none) return;
  if (asked == Request::endEpisode) {
    if (phase == Phase::starting) enter(Phase::idle);
    if (phase == Phase::moving) enter(Phase::braking);
    recordDue = false;
  } else if (phase == Phase::idle && !latched) {
    if (asked == Request::home) homeMotion.begin(postedPath);
    // Why the last episode ended stays to be read until the next one begins.
    if (asked == Request::episode) cause = {};
    goal = asked == Request::home ? Goal::home : Goal::episode;
    recordDue = false;
    enter(Phase::starting);
  }
  // What was asked for meanwhile is for the next cycle.
  Request taken = asked;
  request.compare_exchange_strong(taken, Request::none);
}

// A latched cause: brake, and hold until a person acts. The first cause stays.
void ArmController::Core::latch(StopCause found) {
  if (latched) return;
  found.atNs = nowNs;
  found.tooltip = space.kinematics().tooltip(last.q);
  cause = found;
  latched = true;
  if (found.rule > 0) stepActed |= rowBit(found.rule);
  wake = true;
  endEpisode(found.kind == StopKind::reflex ? EndCode::reflex : EndCode::stopped);
  if (phase == Phase::starting) enter(Phase::idle);
  if (phase == Phase::moving) enter(Phase::braking);
}

void ArmController::Core::endEpisode(EndCode code) {
  if (goal != Goal::episode || phase != Phase::moving || fresh) return;
  end = code;
  recordDue = true;
}

// The robot has left the Move, or does not start it.
void ArmController::Core::moveEnded(const ArmState& state) {
  StopCause found;
  found.kind = state.robotMode == kModeReflex     ? StopKind::reflex
               : state.robotMode == kModeUserStop ? StopKind::userStop
                                                  : StopKind::moveRefused;
  found.robotMode = state.robotMode;
  found.reflexReason = state.reflexReason;
  // The robot may have stopped itself before the motion began: what aborted a motion does not say why then.
  for (size_t i = 0; i < state.errors.size(); ++i) found.reflexReason[i] |= state.errors[i];
  // After our own StopMove the end is what was asked for.
  if (!fastStopped || found.kind != StopKind::moveRefused) latch(found);
  enter(Phase::idle);
}

void ArmController::Core::startMoving(const ArmState& state) {
  enter(Phase::moving);
  fresh = true;
  measured.begin();
  supervisor.reset(goal == Goal::home ? homeMargins(space, state.qDesired) : space.stopMargins());
  Frames frames;
  Nearness near;
  space.kinematics().frames(state.q, frames);
  space.walls(frames, near);
  beganInside = goal == Goal::episode || near.walls() >= 0;
  if (crumbCount == 0) dropCrumb(state.qDesired);
}

JointVector ArmController::Core::move(const ArmState& state, int lost) {
  if (const StopCause found = measured.judge(state, beganInside); found.kind != StopKind::none) latch(found);
  stepWarned |= measured.warned();
  motionS += kCycleS;
  if (phaseCycles % kCyclesPerTick == 0) dropCrumb(state.qDesired);
  JointVector dq{};
  if (phase == Phase::moving) dq = goal == Goal::home ? moveHome(state) : followPolicy(state, lost);
  if (phase == Phase::braking) dq = brake(state);
  if (phase == Phase::braking) {
    const bool resting = largest(state.dqDesired) < kRestSpeed && largest(state.ddqDesired) < kRestAcceleration;
    restCycles = resting ? restCycles + 1 : 0;
    if (restCycles >= kRestCycles) enter(Phase::finishing);
  }
  if (phase == Phase::finishing) dq = {};
  checkCommand(state, dq);
  if (goal == Goal::episode) {
    for (int i = 0; i < kJoints; i++) sentSum[i] += dq[i];
    sentCount++;
  }
  return dq;
}

JointVector ArmController::Core::brake(const ArmState& state) const {
  JointVector dq;
  for (int i = 0; i < kJoints; i++)
    dq[i] = state.dqDesired[i] +
            supervisor.shapers()[i].nextAcceleration(0, state.dqDesired[i], state.ddqDesired[i]) * kCycleS;
  return dq;
}

JointVector ArmController::Core::moveHome(const ArmState& state) {
  if (homeMotion.done()) {
    // Arrived by command; the joints follow some milliseconds later.
    const bool there = distance(state.q, space.model().home) < 0.5 * space.model().supervisor.homeTolerance &&
                       largest(state.dq) < kStandingSpeed;
    if (there || ++settleCycles > kSettleCycles) enter(Phase::braking);
    return {};
  }
  JointVector rest;
  const double scale = supervisor.speedScale(state.qDesired, state.dqDesired, state.ddqDesired, homeMotion.fullSpeed());
  if (scale < 1) stepActed |= supervisor.slowedBy();
  const JointVector dq = homeMotion.next(state, scale, rest);
  StopCause found;
  if (supervisor.allowsRest(rest, &found)) return dq;
  found.atNs = nowNs;
  found.tooltip = space.kinematics().tooltip(state.q);
  cause = found;
  stepActed |= rowBit(found.rule);
  enter(Phase::braking);
  return {};
}

void ArmController::Core::dropCrumb(const JointVector& q) {
  int count = crumbCount.load(std::memory_order_relaxed);
  if (count > 0 && distance(crumbs[count - 1], q) < kCrumbRad) return;
  if (count == kMaxBreadcrumbs) {
    // Every second one is enough to find the way; the planner checks the longer pieces.
    for (int i = 1; i < kMaxBreadcrumbs / 2; i++) crumbs[i] = crumbs[2 * i];
    count = kMaxBreadcrumbs / 2;
  }
  crumbs[count] = q;
  crumbCount.store(count + 1, std::memory_order_release);
}

void ArmController::Core::noteStandstill(const ArmState& state) {
  if (cause.kind == StopKind::none || cause.stopTime >= 0) return;
  if (largest(state.dqDesired) > kRestSpeed || largest(state.dq) > kStandingSpeed) return;
  cause.stopTime = static_cast<double>(nowNs - cause.atNs) * 1e-9;
  wake = true;
}

Activity ArmController::Core::activity() const {
  switch (phase.load(std::memory_order_relaxed)) {
    case Phase::starting: return Activity::starting;
    case Phase::moving: return goal == Goal::home ? Activity::homing : Activity::episode;
    case Phase::braking:
    case Phase::finishing: return Activity::stopping;
    case Phase::idle: break;
  }
  return latched ? Activity::held : Activity::none;
}

void ArmController::Core::publish(const ArmState& state) {
  publishIn = kPublishCycles;
  Frames frames;
  ToolJacobian jacobian;
  space.kinematics().frames(state.q, frames);
  Kinematics::toolJacobian(frames, jacobian);
  double square = 0;
  for (int k = 0; k < 3; k++) {
    double speed = 0;
    for (int i = 0; i < kJoints; i++) speed += jacobian[k][i] * state.dq[i];
    square += speed * speed;
  }
  view.state = state;
  view.tooltip = frames.tool;
  view.tooltipSpeed = std::sqrt(square);
  if (phase == Phase::moving) pathM += view.tooltipSpeed * static_cast<double>(nowNs - view.nowNs) * 1e-9;
  view.activity = activity();
  view.stop = cause;
  view.nowNs = nowNs;
  snapshots.write(view);
  if (clearTaken > clearsDone) clearsDone = clearTaken;
}

}  // namespace forager
