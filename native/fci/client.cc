#include "fci/client.h"

#include <algorithm>

#include "arm/controlled_arm.h"
#include "fci/control_loop.h"
#include "fci/error_flags.h"
#include "fci/handshake.h"
#include "fci/realtime.h"
#include "fci/request_channel.h"
#include "fci/robot_limits.h"

namespace forager::fci {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto kRecoveryTimeout = milliseconds(20'000);  // users measured 0.4 to 16 s
constexpr auto kIdleTimeout = milliseconds(500);
constexpr auto kSlice = milliseconds(5);
constexpr int64_t kStandstillNs = 1'000'000'000;
constexpr double kNsToMs = 1e-6;

int64_t monotonicNs() {
  return std::chrono::duration_cast<nanoseconds>(Clock::now().time_since_epoch()).count();
}

ArmProblem modeProblem(uint8_t mode, const std::array<bool, kErrorFlags>& flags) {
  const std::string noMotion = " No motion was started.";
  switch (mode) {
    case kGuiding: return {"robot-guiding", "A hand guides the arm." + noMotion, "Let go of the guiding buttons."};
    case kUserStopped:
      return {"robot-user-stop", "The external activation device is pressed." + noMotion,
              "Release it when the workspace is clear, then re-arm."};
    case kReflex: {
      const ErrorText text = errorText(flags);
      return {"robot-reflex", "The robot has stopped itself. " + (text.message.empty() ? kNoReason : text.message) + noMotion,
              text.tip.empty() ? "Look at the arm, then recover." : text.tip};
    }
    case kErrorRecovery: return {"robot-recovering", "The robot still recovers." + noMotion, "Wait some seconds and try again."};
    case kMove: return {"robot-moving", "The robot already runs a motion." + noMotion, "Wait for its end, or stop the other program."};
    default:
      return {"robot-not-ready", "The robot is not ready: its brakes are closed or it still starts." + noMotion,
              "Open the brakes in Desk and wait for the white or blue light."};
  }
}

class FciArm final : public ControlledArm {
 public:
  FciArm(const ArmModel& model, Link link, const Drill& drill)
      : ControlledArm(model),
        protocol_(link.protocol),
        loop_(model, std::move(link.udp), link.robot, link.protocol, controller_, slot_, wake_, drill),
        channel_(std::move(link.tcp), link.protocol, link.nextId, controller_, slot_, loop_, model.supervisor) {
    loop_.start();
    channel_.start();
  }
  ~FciArm() override { close(); }

  // The handshake has seen a state; what callers read must not be older than that.
  void waitFirstState() const {
    const auto deadline = Clock::now() + kIdleTimeout;
    while (loop_.stats().lastStateNs == 0 && Clock::now() < deadline && open()) std::this_thread::sleep_for(milliseconds(1));
  }

  bool realTime() const override { return true; }
  const CycleRecorder* cycles() const override { return &loop_.cycles(); }
  const LinkTiming* timing() const override { return &loop_.timing(); }
  void recover() override;
  void close() override;

 protected:
  bool await(Event event, uint64_t after, int64_t budget_ns) override;
  void fillLink(ArmSnapshot& out) const override;
  void requireLink() const override;
  void settleLink() const override;
  void recoverForRearm() override;

 private:
  bool open() const { return !closed_ && !channel_.closedByRobot(); }
  bool heard(const LinkStats& stats) const;
  [[noreturn]] void throwRecovery(Recovery result) const;

  const int protocol_;
  RequestSlot slot_;
  Wake wake_;
  ControlLoop loop_;
  mutable RequestChannel channel_;  // waiting for a recovery changes nothing that readers see
  std::mutex closing_;
  std::atomic<bool> closed_{false};
};

bool FciArm::await(Event event, uint64_t after, int64_t budget_ns) {
  if (event == Event::record) preferThread();
  const auto deadline = Clock::now() + nanoseconds(budget_ns);
  while (!reached(event, after)) {
    const auto now = Clock::now();
    // After the robot hung up the control thread still says how it ended, within the limit for a lost link.
    if (now >= deadline || closed_) return false;
    // In slices: another waiter may have taken the wake.
    waitReadable(-1, std::min(deadline, now + kSlice), wake_);
    wake_.drain();
  }
  return true;
}

bool FciArm::heard(const LinkStats& stats) const {
  const double age = static_cast<double>(monotonicNs() - stats.lastStateNs) * 1e-9;
  // Twice the limit at which the supervisor stops: this only words a refusal.
  return stats.lastStateNs != 0 && age < 2 * model_.supervisor.stateAgeLost;
}

void FciArm::fillLink(ArmSnapshot& out) const {
  const LinkStats stats = loop_.stats();
  out.connected = open() && heard(stats);
  out.ageMs = stats.lastStateNs == 0 ? -1 : static_cast<double>(monotonicNs() - stats.lastStateNs) * kNsToMs;
  out.protocol = protocol_;
  out.received = stats.received;
  out.lost = stats.lost;
  out.received10s = stats.received10s;
  out.lost10s = stats.lost10s;
  out.successRate = stats.successRate;
  out.realTimeScheduling = stats.realTimeScheduling;
  out.roundTripMeanMs = stats.roundTripMeanMs;
  out.roundTripWorstMs = stats.roundTripWorstMs;
  out.clockDrift = stats.clockDrift;
  out.stopStage = channel_.stage();
  out.cycleWorstUs = stats.cycleWorstUs;
  if (channel_.recovery() == Recovery::kRunning) out.activity = Activity::recovering;
}

// A Move that has just ended shows as idle some milliseconds later, a running recovery some seconds later.
void FciArm::settleLink() const {
  if (channel_.recovery() == Recovery::kRunning) channel_.waitRecovery(kRecoveryTimeout);
  const auto deadline = Clock::now() + kIdleTimeout;
  while (loop_.stats().robotMode != kIdle && Clock::now() < deadline && open()) std::this_thread::sleep_for(kSlice);
}

void FciArm::requireLink() const {
  const LinkStats stats = loop_.stats();
  if (!open() || !heard(stats)) {
    throw ArmProblem("robot-lost", "The robot does not answer any more. No motion was started.",
                     "Look at the arm and the cable, then connect again.");
  }
  // A recovery that runs is waited for by settleLink, before motion.
  if (stats.robotMode == kIdle || channel_.recovery() == Recovery::kRunning) return;
  const ArmState state = controller_.snapshot().state;
  // At rest the errors say why; what aborted the last motion may be long over.
  const bool named = std::find(state.errors.begin(), state.errors.end(), true) != state.errors.end();
  throw modeProblem(stats.robotMode, named ? state.errors : state.reflexReason);
}

void FciArm::recoverForRearm() {
  const LinkStats stats = loop_.stats();
  if (!open() || !heard(stats)) {
    throw ArmProblem("robot-lost", "The robot does not answer any more. The stop stays.",
                     "Look at the arm and the cable, then connect again.");
  }
  if (stats.robotMode == kUserStopped) throw modeProblem(kUserStopped, {});
  const StopKind cause = controller_.snapshot().stop.kind;
  // After a user stop no flag shows that a recovery is needed; the first Move would be refused.
  const bool needed = stats.robotMode == kReflex || cause == StopKind::userStop || cause == StopKind::reflex ||
                      channel_.needsRecovery();
  if (needed) channel_.startRecovery();
}

void FciArm::recover() {
  if (!open() || !heard(loop_.stats())) {
    throw ArmProblem("robot-lost", "The robot does not answer any more. Nothing was recovered.",
                     "Look at the arm and the cable, then connect again.");
  }
  if (!controller_.standing()) {
    throw ArmProblem("recovery-moving", "A motion runs. Nothing was recovered.", "Stop the motion first.");
  }
  channel_.startRecovery();
  const Recovery result = channel_.waitRecovery(kRecoveryTimeout);
  if (result != Recovery::kDone) throwRecovery(result);
}

void FciArm::throwRecovery(Recovery result) const {
  if (result == Recovery::kRunning) {
    throw ArmProblem("recovery-slow", "The robot has not recovered within 20 s. The arm stays stopped.",
                     "Look at Desk for what the robot waits for, then recover again.");
  }
  const LinkStats stats = loop_.stats();
  if (stats.robotMode == kUserStopped) throw modeProblem(kUserStopped, {});
  if (channel_.recoveryStatus() == Status::kManualRecoveryRequired) {
    throw ArmProblem("recovery-manual", "The robot asks for recovery by hand. The arm stays stopped.",
                     "Press the external activation device, guide the arm back into its range, release it, then recover.");
  }
  throw ArmProblem("recovery-refused", "The robot did not recover. The arm stays stopped.",
                   "Look at Desk for what blocks the robot, then recover again.");
}

void FciArm::close() {
  const std::lock_guard once(closing_);
  if (closed_) return;
  if (open() && !controller_.standing()) {
    controller_.requestStop(StopKind::operatorStop);
    await(Event::standing, 0, kStandstillNs);
  }
  closed_ = true;
  wake_.raise();
  loop_.close();
  channel_.close();
}

}  // namespace

std::shared_ptr<ArmDriver> connectFciArm(const ArmModel& model, const std::optional<JointLimits>& research,
                                         const std::string& host, int port, int timeout_ms, const Drill& drill) {
  Link link = openLink(host, port, timeout_ms, research ? kNewestProtocol : kOurProtocol);
  const auto arm = std::make_shared<FciArm>(*modelForRobot(model, research, link.protocol), std::move(link), drill);
  arm->waitFirstState();
  return arm;
}

}  // namespace forager::fci
