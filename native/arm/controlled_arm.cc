#include "arm/controlled_arm.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "arm/home_planner.h"
#include "arm/stop_box.h"

namespace forager {

namespace {

inline constexpr int64_t kMs = 1'000'000;
inline constexpr int64_t kHourNs = 3'600'000 * kMs;
inline constexpr int64_t kStandstillNs = 1000 * kMs;
inline constexpr int64_t kStartNs = 3000 * kMs;
inline constexpr int64_t kStepNs = 1000 * kMs;   // beyond the supervisor's own limit for a silent policy or link
inline constexpr int64_t kSliceNs = 20 * kMs;
inline constexpr double kRadToDegree = 180 / M_PI;

int64_t steadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double epochMs() {
  return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

ControlledArm::ControlledArm(const ArmModel& model) : model_(model), controller_(model), limits_(model.supervisor) {}

bool ControlledArm::reached(Event event, uint64_t after) const {
  return event == Event::record ? controller_.recordIndex() > after : controller_.standing();
}

void ControlledArm::arm() {
  const std::lock_guard lock(mutex_);
  if (controller_.stopped()) throwStop();
  requireStopBox();
  requireLink();
  controller_.beginRun();
  armed_ = true;
}

void ControlledArm::disarm() {
  const std::lock_guard lock(mutex_);
  armed_ = false;
  if (!controller_.standing()) controller_.requestStop(StopKind::operatorStop);
}

void ControlledArm::rearm() {
  const std::lock_guard lock(mutex_);
  const uint64_t asked = controller_.stopsAsked();
  if (!await(Event::standing, 0, kStandstillNs))
    throw ArmProblem("arm-moving", "The arm still moves. The stop stays.", "Wait until the arm stands still, then arm again.");
  requireStopBox();
  requireFewRecoveries();
  recoverForRearm();
  if (controller_.stopped()) recoveries_.push_back(steadyNs());
  if (!controller_.clearStop(asked))
    throw ArmProblem("stopped-again", "Another stop came while the arm was being armed again. The arm stays stopped.",
                     "Look at the arm and at what asked for the stop, then arm again.");
  controller_.beginRun();
  {
    const std::lock_guard words(words_);
    stopCode_.clear();
    stopMessage_.clear();
  }
  armed_ = true;
}

// Row 26. An arm that has to be recovered again and again has a cause that somebody must find.
void ControlledArm::requireFewRecoveries() {
  const int64_t now = steadyNs();
  while (!recoveries_.empty() && now - recoveries_.front() > kHourNs) recoveries_.pop_front();
  if (static_cast<double>(recoveries_.size()) >= limits().recoveriesPerHour)
    throw ArmProblem("recoveries-per-hour",
                     "The arm was stopped and armed again " + std::to_string(recoveries_.size()) +
                         " times within the last hour, which is the limit. The stop stays.",
                     "Find out why it stops: the events on the Robot screen list the causes. Then connect again.");
}

// Row 27. A tool that is heavier or lighter than the robot was told shows as a force while nothing moves.
void ControlledArm::requireFreeTool() const {
  const std::array<double, 6> wrench = controller_.snapshot().state.wrench;
  const double force = std::hypot(wrench[0], wrench[1], wrench[2]), limit = limits().restForce;
  if (force <= limit) return;
  char words[200];
  std::snprintf(words, sizeof words, "The robot feels %.1f N at the tool although the arm stands still; %.0f N is allowed. No motion was started.",
                force, limit);
  throw ArmProblem("tool-force", words, "Free the tool, or set its real mass and centre of mass in Desk.");
}

void ControlledArm::setLimits(const SupervisorLimits& next) {
  const std::lock_guard lock(mutex_);
  const SupervisorLimits now = limits();
  if (const char* name = fixedLimit(now, next))
    throw ArmProblem("limits-fixed", std::string("The limit ") + name + " cannot change while the arm is in use. Nothing was changed.",
                     "Change it in assets/panda.json and start Forager again.");
  if (const char* name = looserLimit(now, next); name != nullptr && !controller_.standing())
    throw ArmProblem("limits-loosened", std::string("The limit ") + name + " may be loosened only while the arm stands still. Nothing was changed.",
                     "Stop the arm first.");
  {
    const std::lock_guard words(words_);
    limits_ = next;
  }
  controller_.setLimits(next);
}

SupervisorLimits ControlledArm::limits() const {
  const std::lock_guard words(words_);
  return limits_;
}

void ControlledArm::throwStop() const {
  const ArmSnapshot now = snapshot();
  throw ArmProblem(now.stopText.code, now.stopText.message, now.stopText.tip);
}

void ControlledArm::watchStopBox(std::shared_ptr<const StopBoxSignal> box) {
  const std::lock_guard lock(boxMutex_);
  // What guards a motion may not be taken away from it.
  if (box_ != nullptr && box_ != box.get() && !controller_.standing())
    stop("stop-box-removed", "The stop box was taken out of use while the arm moved.");
  box_ = box.get();
  controller_.setStopBox(box.get());
  if (box) boxes_.push_back(std::move(box));
}

// The box is chosen by a person; without its release nothing starts.
void ControlledArm::requireStopBox() const {
  const StopBoxSignal* box = box_;
  if (box == nullptr || box->released) return;
  throw ArmProblem("stop-box-not-ready", "The stop box does not allow motion. No motion was started.",
                   "Release its button, press reset on the box, then arm.");
}

void ControlledArm::requireArmed() const {
  requireStopBox();
  if (controller_.stopped()) throwStop();
  if (!armed_)
    throw ArmProblem("arm-not-armed", "Nobody has said that the workspace is clear. The arm does not move.",
                     "Check that nobody and nothing is inside the box, then arm.");
}

void ControlledArm::requireStanding() {
  if (!await(Event::standing, 0, kStandstillNs))
    throw ArmProblem("arm-moving", "The arm still moves. No new motion was started.", "Wait until the arm stands still.");
}

void ControlledArm::beginHome() {
  const std::lock_guard lock(mutex_);
  requireArmed();
  requireStanding();
  settleLink();
  requireArmed();
  requireLink();
  requireFreeTool();
  SafeSpace space(model_);
  space.setLimits(limits());
  std::vector<JointVector> crumbs(ArmController::kMaxBreadcrumbs);
  const int count = controller_.breadcrumbs(crumbs.data(), ArmController::kMaxBreadcrumbs);
  HomePath path;
  if (!HomePlanner(space).plan(controller_.snapshot().state.qDesired, crumbs.data(), count, path))
    throw ArmProblem("no-way-home", "No clear way home is known from where the arm stands. The arm does not move.",
                     "Guide the arm by hand to a place from where the straight way home is free, then try again.");
  controller_.requestHome(path);
}

bool ControlledArm::waitHome(int64_t budget_ns) {
  const bool standing = await(Event::standing, 0, budget_ns);
  if (controller_.stopped()) throwStop();
  if (!standing) return false;
  const ControlSnapshot now = controller_.snapshot();
  double worst = 0;
  int joint = 0;
  for (int i = 0; i < kJoints; i++) {
    const double error = std::abs(now.state.q[i] - model_.home[i]);
    if (error > worst) {
      worst = error;
      joint = i + 1;
    }
  }
  if (worst > model_.supervisor.homeTolerance) {
    const bool blocked = now.stop.kind != StopKind::none;
    throw ArmProblem("home-not-reached",
                     "Joint " + std::to_string(joint) + " is " + std::to_string(worst * kRadToDegree) +
                         "° from home. The arm stands still." + (blocked ? " " + describe(now.stop).message : ""),
                     "Look at the arm, then start the return home again.");
  }
  controller_.forgetBreadcrumbs();
  return true;
}

StepRecord ControlledArm::beginEpisode() {
  const std::lock_guard lock(mutex_);
  requireArmed();
  requireStanding();
  settleLink();
  requireArmed();
  requireLink();
  requireFreeTool();
  const ArmState state = controller_.snapshot().state;
  for (int i = 0; i < kJoints; i++)
    if (std::abs(state.q[i] - model_.home[i]) > model_.supervisor.homeTolerance)
      throw ArmProblem("not-at-home", "The arm does not stand at its home pose. No episode was started.",
                       "Return the arm home first.");
  const uint64_t before = controller_.recordIndex();
  controller_.requestEpisode();
  for (int64_t waited = 0; !await(Event::record, before, kSliceNs); waited += kSliceNs) {
    if (controller_.stopped()) throwStop();
    if (waited > kStartNs) {
      controller_.requestEndEpisode();
      throw ArmProblem("episode-not-started", "The robot did not start the motion. The arm stands still.",
                       "Check in Desk that the joints are unlocked and FCI is active, then try again.");
    }
  }
  return take();
}

StepRecord ControlledArm::take() {
  const StepRecord record = controller_.lastRecord();
  seenRecord_ = record.index;
  ended_ = record.end != EndCode::none;
  return record;
}

StepRecord ControlledArm::step(const std::array<float, kJoints>& action) {
  if (ended_) throw ArmProblem("no-episode", "No episode runs. The action was not sent.", "Start an episode first.");
  // The record that ended the episode may have come while the policy was thinking.
  if (controller_.recordIndex() > seenRecord_) return take();
  controller_.postAction(action);
  if (!await(Event::record, seenRecord_, kStepNs)) {
    controller_.requestStop(StopKind::linkLost, kStepNs * 1e-9, model_.supervisor.stateAgeLost);
    ended_ = true;
    throw ArmProblem("step-timeout", "The control thread gave no observation for 1 s. The arm was stopped.",
                     "Connect to the arm again.");
  }
  return take();
}

void ControlledArm::endEpisode() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  if (controller_.standing()) return;
  controller_.requestEndEpisode();
  requireStanding();
}

void ControlledArm::stop(const std::string& code, const std::string& message) noexcept {
  // The stop itself first; its words can wait.
  const bool first = !controller_.stopped();
  controller_.requestStop(code.starts_with("stop-box") ? StopKind::stopBox
                          : code == "dead-man"       ? StopKind::deadMan
                                                     : StopKind::operatorStop);
  if (!first) return;
  try {
    const std::lock_guard words(words_);
    stopCode_ = code;
    stopMessage_ = message;
  } catch (...) {
    // Without memory for the words the stop keeps its standard ones.
  }
}

void ControlledArm::heartbeat() noexcept { controller_.heartbeat(steadyNs()); }
void ControlledArm::releaseHeartbeat() noexcept { controller_.releaseHeartbeat(); }

ArmSnapshot ControlledArm::snapshot() const {
  const ControlSnapshot now = controller_.snapshot();
  ArmSnapshot out;
  out.mode = now.state.robotMode;
  out.activity = now.activity;
  out.armed = armed_ && !controller_.stopped();
  out.q = now.state.q;
  out.dq = now.state.dq;
  out.tauExternal = now.state.tauExternal;
  out.tooltip = now.tooltip;
  out.tooltipSpeed = now.tooltipSpeed;
  out.toolMass = now.state.toolMass;
  out.errors = now.state.errors;
  out.steps = now.steps;
  out.slowedSteps = now.slowedSteps;
  out.clippedSteps = now.clippedSteps;
  out.lateTicks = now.lateTicks;
  out.rules = now.rules;
  const int64_t heartbeatAge = controller_.heartbeatAgeNs(steadyNs());
  out.heartbeatAgeMs = heartbeatAge < 0 ? -1 : static_cast<double>(heartbeatAge) * 1e-6;
  out.stop = now.stop;
  fillLink(out);
  if (now.stop.kind != StopKind::none) {
    out.stopText = describe(now.stop);
    const std::lock_guard words(words_);
    const bool asked = now.stop.kind == StopKind::operatorStop || now.stop.kind == StopKind::stopBox || now.stop.kind == StopKind::deadMan;
    if (asked && now.stop.limit == 0 && !stopCode_.empty()) {
      out.stopText.code = stopCode_;
      if (!stopMessage_.empty()) out.stopText.message = stopMessage_;
    }
    // The cause carries the control clock; the wall clock is read once, when the cause is first seen.
    if (shownKind_ != now.stop.kind || shownAtNs_ != now.stop.atNs) {
      shownKind_ = now.stop.kind;
      shownAtNs_ = now.stop.atNs;
      shownAtMs_ = epochMs() - static_cast<double>(std::max<int64_t>(0, now.nowNs - now.stop.atNs)) * 1e-6;
    }
    out.stopAtMs = shownAtMs_;
    if (out.stopStage == StopStage::linkCut) {
      out.stopText.message += " It did not come to rest when the robot was told to stop, so the link was cut: a robot without commands stops by itself.";
      out.stopText.tip = "Press the external activation device now. Look at the arm, then connect again.";
    }
  }
  return out;
}

}  // namespace forager
