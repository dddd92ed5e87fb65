#include "fci/server_loop.h"

#include <sys/socket.h>

#include <cerrno>
#include <cmath>
#include <system_error>

#include "arm/arm_driver.h"
#include "fci/realtime.h"

namespace forager::fci {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr auto kPeriod = milliseconds(1);
constexpr auto kSlowPeriod = microseconds(1250);
constexpr auto kIdleWait = milliseconds(20);
// After a late wake-up the next cycles are at most this much shorter, so that a client keeps time to answer.
constexpr auto kShortestPeriod = microseconds(800);
// A stall longer than this is not caught up: simulated time stretches, nobody is punished for cycles that never ran.
constexpr auto kStall = milliseconds(2);
constexpr auto kLook = microseconds(200);  // for a late client
constexpr int kPriority = 60;
constexpr int kCartesianReflex = 7, kInstability = 35;  // error flags
constexpr double kRestSpeed = 1e-3;  // rad/s, commanded
// What the faults show, on one joint each.
constexpr JointVector kPushed = {0, 0, 0, 0.06, 0, 0, 0};       // rad
constexpr JointVector kTurnedAway = {2, 0, 0, 0, 0, 0, 0};    // rad
constexpr JointVector kExtraSpeed = {1, 0, 0, 0, 0, 0, 0};      // rad/s
constexpr JointVector kContactTorque = {0, 0, 0, 10, 0, 0, 0};  // Nm
constexpr JointVector kHeavy = {0, 80, 0, 0, 0, 0, 0};          // Nm
constexpr std::array<double, 6> kContactForce = {0, 0, 30, 0, 0, 0};  // N, Nm
constexpr double kFalseAcceleration = 50;  // rad/s2

Matrix4 handMatrix(const ArmModel& model) {
  const double c = std::cos(model.handYaw), s = std::sin(model.handYaw);
  return {c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, model.toolOffset, 1};
}

}  // namespace

RobotServer::Loop::Loop(const ArmModel& model, const ServerOptions& options, const Fault& fault)
    : model_(model), protocol_(options.protocol), core_(model, options.seed), kinematics_(model), fault_(fault), record_(options.record),
      robotModel_(options.robotModel), modelLibrary_(options.modelLibrary), patience_(milliseconds(options.patienceMs)) {
  Address address;
  if (!resolve(options.host, options.port, address)) {
    throw ArmProblem("sim-address", "The address \"" + options.host + "\" is not known. The simulated arm was not started.",
                     "Give an address of this computer, for example 127.0.0.1.");
  }
  try {
    listener_ = listenTcp(address);
    address.value.sin_port = 0;
    udp_ = bindUdp(address);
  } catch (const std::system_error& error) {
    throw ArmProblem("sim-port-taken",
                     "Port " + std::to_string(options.port) + " of " + options.host +
                         " cannot be opened: " + error.code().message() + ". The simulated arm was not started.",
                     "End the program that uses the port, or give another one.");
  }
  port_ = localPort(listener_);
  report_.flangeToTool = handMatrix(model);
  report_.toolCenterOfMass = {-0.01, 0, 0.03};
  report_.toolInertia = {0.001, 0, 0, 0, 0.0025, 0, 0, 0, 0.0017};
}

void RobotServer::Loop::start() {
  thread_ = std::thread([this] { run(); });
  standIn_ = std::thread([this] { standIn(); });
}

RobotServer::Loop::~Loop() { close(); }

void RobotServer::Loop::close() {
  closing_ = true;
  wake_.raise();
  if (thread_.joinable()) thread_.join();
  if (standIn_.joinable()) standIn_.join();
  tcp_.reset();
  udp_.reset();
  listener_.reset();
}

ServerStats RobotServer::Loop::stats() const { return {clients_, states_, commands_, dropped_, reflexes_, moves_, stops_, faultAt_, restAt_}; }

std::vector<double> RobotServer::Loop::record(size_t most) {
  const std::lock_guard lock(passMutex_);
  return record_.rows(most);
}

void RobotServer::Loop::run() {
  requestRealtime(kPriority, this, sizeof *this);
  while (!closing_) {
    std::unique_lock lock(passMutex_);
    const auto deadline = deadline_;
    const bool idle = idle_;
    lock.unlock();
    if (idle) {
      waitReadable(listener_.get(), Clock::now() + kIdleWait, wake_);
    } else {
      std::this_thread::sleep_until(deadline);
    }
    lock.lock();
    if (idle || Clock::now() >= deadline_) pass();
  }
}

// Ticks when the first thread is late: on a kernel that cannot preempt itself even a real-time thread may wait 20 ms
// for its core, which a client would take for a lost robot.
void RobotServer::Loop::standIn() {
  requestRealtime(kPriority, this, sizeof *this);
  auto wait = kIdleWait;
  while (!closing_) {
    waitReadable(-1, Clock::now() + wait, wake_);
    const std::lock_guard lock(passMutex_);
    if (!idle_ && Clock::now() > deadline_ + kPeriod) pass();
    wait = idle_ ? kIdleWait : kPeriod;
  }
}

// Ticks while a client is there or the arm still moves or recovers.
void RobotServer::Loop::pass() {
  if (idle_) {
    acceptClients();
    deadline_ = Clock::now();
  } else if (waitsForClient()) {
    deadline_ = Clock::now() + kLook;
  } else {
    tick();
    deadline_ += period_;
    const auto now = Clock::now();
    if (now > deadline_ + kStall) deadline_ = now + period_;
    if (deadline_ < now + kShortestPeriod) deadline_ = now + kShortestPeriod;
  }
  idle_ = !tcp_ && !core_.moving() && !core_.recovering() && userStopLeft_ == 0 && atRest();
}

// A running Move gets its next millisecond when its command is there, or when patience ends.
bool RobotServer::Loop::waitsForClient() {
  if (patience_ == Clock::duration::zero() || !connected_ || silent_ || !core_.moving() || !commanded_) return false;
  uint8_t byte;
  const bool there = recv(udp_.get(), &byte, 1, MSG_PEEK) >= 0;
  const auto now = Clock::now();
  if (there) patienceSpent_ = false;
  if (patienceEnds_ == Clock::time_point{}) patienceEnds_ = now + patience_;
  const bool waits = !there && !patienceSpent_ && now < patienceEnds_;
  if (waits) return true;
  patienceSpent_ = !there;
  patienceEnds_ = {};
  return false;
}

void RobotServer::Loop::tick() {
  // In this order: a client that has gone is noticed before the one that takes its place is judged.
  readRequests();
  acceptClients();
  playFault();
  auto command = newestCommand();
  if (command) commanded_ = true;
  if (command && runaway_) carryOn(*command);
  if (!command && core_.moving() && commanded_) ++dropped_;
  if (core_.moving()) ++motionMs_;
  core_.tick(command ? &command->dq : nullptr, command && command->finished);
  record_.add(core_.state(), Clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
  answerPending();
  flush();
  noteRest();
  if (gapLeft_ > 0) --gapLeft_;
  else if (connected_ && !silent_) sendState();
}

// --- faults ---

void RobotServer::Loop::playFault() {
  if (userStopLeft_ > 0 && --userStopLeft_ == 0) core_.releaseUserStop();
  const bool due = fault_.kind != Fault::Kind::kNone && connected_ && motionMs_ >= fault_.step * Fault::kMsPerStep;
  if (due) startFault();
}

// Instead of what was asked: the present velocity, with what is left of the acceleration taken back.
void RobotServer::Loop::carryOn(MotionCommand& command) const {
  const ArmState& state = core_.state();
  for (int i = 0; i < kJoints; ++i) command.dq[i] = state.dqDesired[i] + 0.5 * state.ddqDesired[i] * 1e-3;
  command.finished = false;
}

// Counts in the robot's own milliseconds, for judging how fast a client stops.
void RobotServer::Loop::noteRest() {
  if (!watchesRest_) return;
  for (const double dq : core_.state().dqDesired) {
    if (std::abs(dq) > kRestSpeed) return;
  }
  watchesRest_ = false;
  restAt_ = core_.state().messageId;
}

void RobotServer::Loop::startFault() {
  faultAt_ = core_.state().messageId;
  watchesRest_ = true;
  switch (std::exchange(fault_.kind, Fault::Kind::kNone)) {
    case Fault::Kind::kReflex: core_.raiseReflex(kCartesianReflex); break;
    case Fault::Kind::kUserStop:
      core_.pressUserStop();
      userStopLeft_ = Fault::kUserStopMs;
      break;
    case Fault::Kind::kSilence: silent_ = true; break;
    case Fault::Kind::kClose: dropClient(); break;
    case Fault::Kind::kDrop: dropsLeft_ = fault_.count; break;
    case Fault::Kind::kRefuseMove: refuseNextMove_ = true; break;
    case Fault::Kind::kPush: core_.setPushed(kPushed); break;
    case Fault::Kind::kOutside: core_.setPushed(kTurnedAway); break;
    case Fault::Kind::kSpeed: core_.setMeasuredSpeed(kExtraSpeed); break;
    case Fault::Kind::kTorque: core_.setExternalTorque(kContactTorque); break;
    case Fault::Kind::kForce: core_.setWrench(kContactForce); break;
    case Fault::Kind::kLoad: core_.setLoad(kHeavy); break;
    case Fault::Kind::kError: core_.raiseErrorFlag(kInstability); break;
    case Fault::Kind::kLoss: lossLeft_ = fault_.count; break;
    case Fault::Kind::kGap: gapLeft_ = fault_.count; break;
    case Fault::Kind::kDerivative: lies_ = true; break;
    case Fault::Kind::kDeaf: deaf_ = true; [[fallthrough]];
    case Fault::Kind::kRunaway: runaway_ = true; break;
    case Fault::Kind::kSlowClock: period_ = kSlowPeriod; break;
    case Fault::Kind::kVersion:
    case Fault::Kind::kNone: break;
  }
}

// --- UDP ---

std::optional<MotionCommand> RobotServer::Loop::newestCommand() {
  std::optional<MotionCommand> fresh;
  std::array<uint8_t, kLargestCommand + 1> bytes;
  for (;;) {
    sockaddr_in from{};
    socklen_t fromSize = sizeof from;
    const auto size = recvfrom(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &fromSize);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    // Other errors are reports of an earlier send that nobody took.
    if (size < 0) continue;
    const bool ours = connected_ && from.sin_addr.s_addr == peer_.sin_addr.s_addr && from.sin_port == peer_.sin_port;
    MotionCommand command;
    if (!ours || !decodeCommand({bytes.data(), static_cast<size_t>(size)}, protocol_, command)) continue;
    ++commands_;
    bool usable = command.messageId == core_.state().messageId;
    for (const double dq : command.dq) usable = usable && std::isfinite(dq);
    if (usable) fresh = command;
  }
  if (lossLeft_ > 0 && lossLeft_-- % 2 == 0) return std::nullopt;
  if (dropsLeft_ > 0) {
    --dropsLeft_;
    return std::nullopt;
  }
  return fresh;
}

void RobotServer::Loop::sendState() {
  report_.arm = core_.state();
  if (std::exchange(lies_, false)) report_.arm.ddqDesired[0] = kFalseAcceleration;
  report_.toolPose = kinematics_.toolPose(report_.arm.q).matrix();
  report_.toolPoseDesired = kinematics_.toolPose(report_.arm.qDesired).matrix();
  std::array<uint8_t, kLargestState> bytes;
  encodeState(report_, protocol_, bytes.data());
  const auto sent = sendto(udp_.get(), bytes.data(), stateBytes(protocol_), 0, reinterpret_cast<const sockaddr*>(&peer_),
                           sizeof peer_);
  if (sent > 0) ++states_;
}

}  // namespace forager::fci
