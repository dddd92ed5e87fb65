#include "arm/controller.h"

#include <sys/mman.h>

#include <algorithm>

#include "arm/controller_core.h"
#include "arm/stop_box.h"

namespace forager {

ArmController::ArmController(const ArmModel& model) : core_(std::make_unique<Core>(model)) {}
ArmController::~ArmController() = default;

void ArmController::lockMemory() noexcept {
  mlock(core_.get(), sizeof(Core));
  mlock(core_->crumbs.data(), core_->crumbs.size() * sizeof(JointVector));
}

Output ArmController::cycle(const ArmState& state, int64_t now_ns, int lost_states) {
  return core_->cycle(state, now_ns, lost_states);
}

bool ArmController::silence(int64_t now_ns, int64_t age_ns) {
  Core& core = *core_;
  const SupervisorLimits& limits = core.space.limits();
  const double age = static_cast<double>(age_ns) * 1e-9, limit = limits.stateAgeLost;
  if (age > limits.stateAgeWarn) core.stepWarned |= rowBit(4);
  if (age > limits.stateAgeHold) core.hold(4);
  if (age <= limit) return false;
  core.nowNs = now_ns;
  core.wake = false;
  core.takeRequests(core.last);
  if (core.phase != Core::Phase::idle) {
    StopCause found;
    found.kind = StopKind::linkLost;
    found.rule = 4;
    found.value = age;
    found.limit = limit;
    core.latch(found);
    // No command reaches the robot any more; it brakes by itself.
    core.enter(Core::Phase::idle);
    if (core.recordDue) core.publishRecord(core.last);
  }
  if (core.wake) core.publish(core.last);
  return core.wake;
}

void ArmController::watchHeartbeat(int64_t now_ns) {
  Core& core = *core_;
  const int64_t heard = core.heartbeatNs.load(std::memory_order_relaxed);
  if (heard < 0 || core.phase == Core::Phase::idle || core.latched) return;
  const double age = static_cast<double>(now_ns - heard) * 1e-9, limit = core.space.limits().heartbeatAge;
  if (age > core.space.limits().heartbeatWarn) core.stepWarned |= rowBit(25);
  if (age > limit) requestStop(StopKind::heartbeatLost, age, limit);
}

void ArmController::noteRule(int row, bool acted) {
  if (core_->phase == Core::Phase::idle) return;
  (acted ? core_->stepActed : core_->stepWarned) |= rowBit(row);
}

const SupervisorLimits& ArmController::limits() const { return core_->space.limits(); }
void ArmController::setLimits(const SupervisorLimits& limits) { core_->postedLimits.write(limits); }
void ArmController::beginRun() { core_->newRun = true; }

// The box's thread stops the arm itself and says why. This finds the box whose thread does not live any more.
void ArmController::watchStopBox(int64_t now_ns) {
  Core& core = *core_;
  const StopBoxSignal* box = core.stopBox.load(std::memory_order_acquire);
  if (box == nullptr || core.phase == Core::Phase::idle || core.latched) return;
  const double age = static_cast<double>(now_ns - box->frameNs) * 1e-9, limit = core.space.limits().stopBoxAge;
  if (age > core.space.limits().stopBoxAgeWarn) core.stepWarned |= rowBit(22);
  if (age > limit) requestStop(StopKind::stopBox, age, limit);
  // A box that came into use while the arm moves may never have allowed motion, and then has nothing to take back.
  if (!box->released) requestStop(StopKind::stopBox);
}

const StopBoxSignal* ArmController::stopBox() const noexcept { return core_->stopBox.load(std::memory_order_acquire); }
void ArmController::setStopBox(const StopBoxSignal* box) noexcept { core_->stopBox.store(box, std::memory_order_release); }

void ArmController::requestHome(const HomePath& path) {
  core_->postedPath = path;
  core_->request.store(Core::Request::home, std::memory_order_release);
}
void ArmController::requestEpisode() { core_->request.store(Core::Request::episode, std::memory_order_release); }
void ArmController::requestEndEpisode() { core_->request.store(Core::Request::endEpisode, std::memory_order_release); }

void ArmController::requestStop(StopKind kind, double value, double limit) noexcept {
  // Counted first: whoever clears earlier stops now must see that there is a later one.
  core_->stopsAsked.fetch_add(1);
  if (core_->pendingStop.load() != StopKind::none) return;
  auto& measure = core_->pendingMeasures[static_cast<size_t>(kind)];
  measure.value = value;
  measure.limit = limit;
  StopKind none = StopKind::none;
  core_->pendingStop.compare_exchange_strong(none, kind);
}

uint64_t ArmController::stopsAsked() const noexcept { return core_->stopsAsked; }

bool ArmController::clearStop(uint64_t asked) {
  core_->clearedUpTo = asked;
  core_->clearsAsked.fetch_add(1);
  // Not whether it is still being cleared: the cycle may have done so already.
  return core_->stopsAsked == asked;
}

void ArmController::postAction(const std::array<float, kJoints>& action) { core_->mailbox.write(action); }
void ArmController::heartbeat(int64_t now_ns) noexcept { core_->heartbeatNs = now_ns; }
void ArmController::releaseHeartbeat() noexcept { core_->heartbeatNs = -1; }

ControlSnapshot ArmController::snapshot() const {
  // Asked first: when the act is done by now, the snapshot that is read below knows it.
  const bool clearing = core_->clearing();
  ControlSnapshot out = core_->snapshots.read();
  if (clearing) {
    out.stop = {};
    if (out.activity == Activity::held) out.activity = Activity::none;
    return out;
  }
  // A stop asked for while no cycle runs is a stop all the same.
  if (const StopKind pending = core_->pendingStop; pending != StopKind::none && !isLatched(out.stop.kind)) {
    out.stop = {};
    out.stop.kind = pending;
    out.stop.rule = ruleOf(pending);
    out.stop.value = core_->pendingMeasures[static_cast<size_t>(pending)].value;
    out.stop.limit = core_->pendingMeasures[static_cast<size_t>(pending)].limit;
    out.stop.atNs = out.nowNs;
    out.stop.tooltip = out.tooltip;
    if (core_->phase == Core::Phase::idle) {
      out.activity = Activity::held;
      out.stop.stopTime = 0;
    }
  }
  return out;
}

StepRecord ArmController::lastRecord() const { return core_->records.read(); }
uint64_t ArmController::recordIndex() const { return core_->recordIndex.load(std::memory_order_acquire); }

Activity ArmController::activity() const {
  const Core::Request asked = core_->request.load(std::memory_order_acquire);
  if (asked == Core::Request::home || asked == Core::Request::episode) return Activity::starting;
  return core_->activity();
}

bool ArmController::standing() const {
  return core_->request.load(std::memory_order_acquire) == Core::Request::none && core_->phase == Core::Phase::idle;
}

bool ArmController::stopped() const {
  // Asked first: when the act is done by now, nothing is latched any more.
  if (core_->clearing()) return false;
  return core_->pendingStop != StopKind::none || core_->latched;
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
