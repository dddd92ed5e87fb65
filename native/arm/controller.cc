#include "arm/controller.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "arm/home_motion.h"
#include "arm/home_planner.h"
#include "arm/supervisor.h"

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
inline constexpr int kGapRamp = 10;             // lost states in a row
inline constexpr double kCrumbRad = 0.005;
inline constexpr int kMaxCrumbs = 4096;

inline constexpr uint8_t kModeMove = 2, kModeReflex = 4, kModeUserStop = 5;
inline constexpr uint8_t kGeneratorVelocity = 2, kControllerImpedance = 0;

enum class Phase : uint8_t { idle, starting, moving, braking, finishing };
enum class Goal : uint8_t { none, home, episode };
enum class Request : uint32_t { none, home, episode, endEpisode };

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

struct ArmController::Core {
  explicit Core(const ArmModel& model) : space(model), supervisor(space), homeMotion(model) { crumbs.resize(kMaxCrumbs); }

  // --- shared with other threads ---
  std::atomic<Request> request{Request::none};
  HomePath postedPath;  // written before `request`, read after it
  std::atomic<StopKind> pendingStop{StopKind::none};
  std::atomic<double> pendingValue{0}, pendingLimit{0};
  std::atomic<bool> latched{false}, clear{false};
  std::atomic<Phase> phase{Phase::idle};  // written by the control thread only
  std::atomic<Goal> goal{Goal::none};
  std::atomic<int64_t> heartbeatNs{-1};  // -1 = none required
  SeqLock<std::array<float, kJoints>> mailbox;
  SeqLock<ControlSnapshot> snapshots;
  SeqLock<StepRecord> records;
  std::atomic<uint64_t> recordIndex{0};
  std::vector<JointVector> crumbs;  // written while a Move runs, read while none does
  std::atomic<int> crumbCount{0};

  // --- control thread only ---
  const SafeSpace space;
  Supervisor supervisor;
  HomeMotion homeMotion;
  ControlSnapshot view;
  ArmState last;
  StopCause cause;
  int64_t nowNs = 0;
  int phaseCycles = 0, restCycles = 0, publishIn = 0, settleCycles = 0;
  bool fastStopped = false, fresh = false;

  // the running episode
  JointVector target{}, sentSum{};
  uint64_t nextTick = 0, mailSequence = 0;
  int64_t heardNs = 0;
  int sentCount = 0;
  int32_t flags = 0;
  bool answered = false;  // an action came since the last tick
  bool recordDue = false;  // the episode has ended and its last record is not out yet
  EndCode end = EndCode::none;
  bool wake = false, clearTaken = false;

  Output cycle(const ArmState& state, int64_t now_ns, int lost);
  void takeRequests(const ArmState& state);
  void enter(Phase next);
  void latch(StopCause found);
  void endEpisode(EndCode code);
  void moveEnded(const ArmState& state);
  void startMoving(const ArmState& state);
  JointVector move(const ArmState& state, int lost);
  JointVector moveHome(const ArmState& state);
  JointVector followPolicy(const ArmState& state, int lost);
  JointVector brake(const ArmState& state) const;
  void readMail();
  void checkPolicyAge();
  void tick(const ArmState& state);
  void publishRecord(const ArmState& state);
  void dropCrumb(const JointVector& q);
  void noteStandstill(const ArmState& state);
  void publish(const ArmState& state);
  Activity activity() const;
};

Output ArmController::Core::cycle(const ArmState& state, int64_t now_ns, int lost) {
  nowNs = now_ns;
  last = state;
  phaseCycles++;
  wake = false;
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
  return out;
}

void ArmController::Core::enter(Phase next) {
  phase = next;
  phaseCycles = restCycles = settleCycles = 0;
  if (next == Phase::idle || next == Phase::starting) fastStopped = false;
  if (next == Phase::idle) goal = Goal::none;
  wake = true;
}

void ArmController::Core::takeRequests(const ArmState& state) {
  // `clear` itself falls only when readers can see the new state: they must not meet the old cause again.
  if (clear && !clearTaken) {
    cause = {};
    latched = false;
    clearTaken = wake = true;
  }
  if (const StopKind kind = pendingStop.load(std::memory_order_acquire); kind != StopKind::none) {
    StopCause asked;
    asked.kind = kind;
    asked.value = pendingValue;
    asked.limit = pendingLimit;
    asked.rule = kind == StopKind::heartbeatLost ? 25 : kind == StopKind::linkLost ? 4 : 0;
    asked.robotMode = state.robotMode;
    latch(asked);
    pendingStop.store(StopKind::none, std::memory_order_release);
  }
  const Request asked = request.load(std::memory_order_acquire);
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
  request.store(Request::none, std::memory_order_release);
}

// A latched cause: brake, and hold until a person acts. The first cause stays.
void ArmController::Core::latch(StopCause found) {
  if (latched) return;
  found.atNs = nowNs;
  found.tooltip = space.kinematics().tooltip(last.q);
  cause = found;
  latched = true;
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
  // After our own StopMove the end is what was asked for.
  if (!fastStopped || found.kind != StopKind::moveRefused) latch(found);
  enter(Phase::idle);
}

void ArmController::Core::startMoving(const ArmState& state) {
  enter(Phase::moving);
  fresh = true;
  supervisor.reset(goal == Goal::home ? homeMargins(space, state.qDesired) : space.stopMargins());
  if (crumbCount == 0) dropCrumb(state.qDesired);
}

JointVector ArmController::Core::move(const ArmState& state, int lost) {
  if (const StopCause found = supervisor.watch(state); found.kind != StopKind::none) latch(found);
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
  const JointVector dq = homeMotion.next(state, rest);
  StopCause found;
  if (supervisor.allowsRest(rest, &found)) return dq;
  found.atNs = nowNs;
  found.tooltip = space.kinematics().tooltip(state.q);
  cause = found;
  enter(Phase::braking);
  return {};
}

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
    tick(state);
  }
  if (lost > 0) flags |= kFlagGap;
  readMail();
  checkPolicyAge();
  if (lost >= kGapRamp) target = {};
  if (phase != Phase::moving) return {};

  const double scale = supervisor.scale();
  if (scale < 1) flags |= kFlagSlowed;
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
    endEpisode(EndCode::safetyLimit);
    enter(Phase::braking);
  }
  return v;
}

// Takes the policy's newest action, if there is one.
void ArmController::Core::readMail() {
  const uint64_t sequence = mailbox.sequence();
  if (sequence == mailSequence) return;
  mailSequence = sequence;
  const std::array<float, kJoints> action = mailbox.read();
  for (float x : action) {
    if (std::isfinite(x)) continue;
    StopCause found;
    found.kind = StopKind::commandInvalid;
    found.rule = 1;
    latch(found);
    return;
  }
  const double clip = space.model().supervisor.velocityClip;
  bool clipped = false;
  for (int i = 0; i < kJoints; i++) {
    clipped |= std::abs(action[i]) > 1;
    target[i] = clip * std::clamp<double>(action[i], -1, 1);
  }
  if (clipped) flags |= kFlagClipped;
  answered = true;
  heardNs = nowNs;
  supervisor.lookAgain();
}

void ArmController::Core::checkPolicyAge() {
  const SupervisorLimits& limits = space.model().supervisor;
  const double age = static_cast<double>(nowNs - heardNs) * 1e-9;
  if (age > limits.policyAgeDecay) target = {};
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

void ArmController::Core::dropCrumb(const JointVector& q) {
  int count = crumbCount.load(std::memory_order_relaxed);
  if (count > 0 && distance(crumbs[count - 1], q) < kCrumbRad) return;
  if (count == kMaxCrumbs) {
    // Every second one is enough to find the way; the planner checks the longer pieces.
    for (int i = 1; i < kMaxCrumbs / 2; i++) crumbs[i] = crumbs[2 * i];
    count = kMaxCrumbs / 2;
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
  view.activity = activity();
  view.stop = cause;
  view.nowNs = nowNs;
  snapshots.write(view);
  if (clearTaken) clear = clearTaken = false;
}

ArmController::ArmController(const ArmModel& model) : core_(std::make_unique<Core>(model)) {}
ArmController::~ArmController() = default;

Output ArmController::cycle(const ArmState& state, int64_t now_ns, int lost_states) {
  return core_->cycle(state, now_ns, lost_states);
}

bool ArmController::silence(int64_t now_ns, int64_t age_ns) {
  Core& core = *core_;
  const double age = static_cast<double>(age_ns) * 1e-9, limit = core.space.model().supervisor.stateAgeLost;
  if (age <= limit) return false;
  core.nowNs = now_ns;
  core.wake = false;
  core.takeRequests(core.last);
  if (core.phase != Phase::idle) {
    StopCause found;
    found.kind = StopKind::linkLost;
    found.rule = 4;
    found.value = age;
    found.limit = limit;
    core.latch(found);
    // No command reaches the robot any more; it brakes by itself.
    core.enter(Phase::idle);
    if (core.recordDue) core.publishRecord(core.last);
  }
  if (core.wake) core.publish(core.last);
  return core.wake;
}

void ArmController::watchHeartbeat(int64_t now_ns) {
  Core& core = *core_;
  const int64_t heard = core.heartbeatNs.load(std::memory_order_relaxed);
  if (heard < 0 || core.phase == Phase::idle) return;
  const double age = static_cast<double>(now_ns - heard) * 1e-9, limit = core.space.model().supervisor.heartbeatAge;
  if (age > limit) requestStop(StopKind::heartbeatLost, age, limit);
}

void ArmController::requestHome(const HomePath& path) {
  core_->postedPath = path;
  core_->request.store(Request::home, std::memory_order_release);
}
void ArmController::requestEpisode() { core_->request.store(Request::episode, std::memory_order_release); }
void ArmController::requestEndEpisode() { core_->request.store(Request::endEpisode, std::memory_order_release); }

void ArmController::requestStop(StopKind kind, double value, double limit) noexcept {
  if (core_->pendingStop.load() != StopKind::none) return;
  core_->pendingValue = value;
  core_->pendingLimit = limit;
  StopKind none = StopKind::none;
  core_->pendingStop.compare_exchange_strong(none, kind);
}

void ArmController::clearStop() {
  core_->pendingStop = StopKind::none;
  core_->clear = true;
}

void ArmController::postAction(const std::array<float, kJoints>& action) { core_->mailbox.write(action); }
void ArmController::heartbeat(int64_t now_ns) noexcept { core_->heartbeatNs = now_ns; }
void ArmController::releaseHeartbeat() noexcept { core_->heartbeatNs = -1; }

ControlSnapshot ArmController::snapshot() const {
  ControlSnapshot out = core_->snapshots.read();
  if (core_->clear) {
    out.stop = {};
    if (out.activity == Activity::held) out.activity = Activity::none;
  }
  // A stop asked for while no cycle runs is a stop all the same.
  if (const StopKind pending = core_->pendingStop; pending != StopKind::none && !isLatched(out.stop.kind)) {
    out.stop = {};
    out.stop.kind = pending;
    out.stop.value = core_->pendingValue;
    out.stop.limit = core_->pendingLimit;
    out.stop.atNs = out.nowNs;
    out.stop.tooltip = out.tooltip;
    if (core_->phase == Phase::idle) {
      out.activity = Activity::held;
      out.stop.stopTime = 0;
    }
  }
  return out;
}

StepRecord ArmController::lastRecord() const { return core_->records.read(); }
uint64_t ArmController::recordIndex() const { return core_->recordIndex.load(std::memory_order_acquire); }

Activity ArmController::activity() const {
  const Request asked = core_->request.load(std::memory_order_acquire);
  if (asked == Request::home || asked == Request::episode) return Activity::starting;
  return core_->activity();
}

bool ArmController::standing() const {
  return core_->request.load(std::memory_order_acquire) == Request::none && core_->phase == Phase::idle;
}

bool ArmController::stopped() const {
  return core_->pendingStop != StopKind::none || (core_->latched && !core_->clear);
}

int64_t ArmController::heartbeatAgeNs(int64_t now_ns) const {
  const int64_t heard = core_->heartbeatNs;
  return heard < 0 ? -1 : now_ns - heard;
}

int ArmController::breadcrumbs(JointVector* out, int capacity) const {
  const int count = std::min(core_->crumbCount.load(std::memory_order_acquire), capacity);
  std::copy_n(core_->crumbs.begin(), count, out);
  return count;
}

void ArmController::forgetBreadcrumbs() { core_->crumbCount.store(0, std::memory_order_release); }

}  // namespace forager
