#include "fci/gripper_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "arm/arm_driver.h"
#include "fci/framed_stream.h"
#include "fci/gripper_handshake.h"

namespace forager::fci {

namespace {

using std::chrono::milliseconds;

constexpr auto kWait = milliseconds(50);
constexpr auto kSendTimeout = milliseconds(100);
constexpr int kMostPerPass = 1000;       // datagrams
constexpr double kFastest = 0.2;         // m/s per finger
constexpr double kMostForce = 70;        // N, continuous
constexpr double kMToMm = 1000;

std::string millimetres(double width) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f mm", width * kMToMm);
  return text;
}

GripperActivity activityOf(GripperCommand command) {
  switch (command) {
    case GripperCommand::kHoming: return GripperActivity::kHoming;
    case GripperCommand::kGrasp: return GripperActivity::kGrasping;
    case GripperCommand::kMove: return GripperActivity::kMoving;
    default: return GripperActivity::kStopping;
  }
}

GripperOutcome outcomeOf(uint16_t status) {
  switch (static_cast<GripperStatus>(status)) {
    case GripperStatus::kSuccess: return GripperOutcome::kDone;
    case GripperStatus::kUnsuccessful: return GripperOutcome::kMissed;
    case GripperStatus::kAborted: return GripperOutcome::kAborted;
    default: return GripperOutcome::kRefused;
  }
}

}  // namespace

GripperClient::GripperClient(const std::string& host, int port, int timeout_ms) {
  GripperLink link = openGripperLink(host, port, timeout_ms);
  tcp_ = std::move(link.tcp);
  udp_ = std::move(link.udp);
  hand_ = link.hand;
  shown_.connected = true;
  thread_ = std::thread([this] { run(); });
}

GripperClient::GripperClient(Fd tcp, Fd udp, const Address& hand, Clocked clocked)
    : tcp_(std::move(tcp)), udp_(std::move(udp)), hand_(hand) {
  shown_.connected = true;
  if (clocked == Clocked::byItself) thread_ = std::thread([this] { run(); });
}

GripperClient::~GripperClient() { close(); }

void GripperClient::close() {
  closing_ = true;
  wake_.raise();
  if (thread_.joinable()) thread_.join();
  lose();
  tcp_.reset();
}

void GripperClient::run() {
  while (!closing_) pass(kWait);
}

// --- requests ---

void GripperClient::require(GripperCommand command, const GripperTask& task) const {
  if (!shown_.connected) {
    throw ArmProblem("gripper-lost", "The Hand does not answer any more. The fingers were not moved.",
                     "Look at the Hand and the cable, then connect it again.");
  }
  if (heard_ == Clock::time_point{}) {
    throw ArmProblem("gripper-silent", "The Hand answers over TCP, but none of its states has arrived. The fingers were not moved.",
                     "Let the firewall of this computer pass UDP from the robot, then connect the Hand again.");
  }
  if (command == GripperCommand::kHoming) return;
  const bool homes = running_ && running_->command == GripperCommand::kHoming;
  if (shown_.state.maxWidth <= 0 && !homes) {
    throw ArmProblem("gripper-not-homed",
                     "The Hand has not been homed since it was switched on, so it does not know how far it opens. "
                     "The fingers were not moved.",
                     "Keep your fingers clear of the Hand, then home it.");
  }
  const double widest = shown_.state.maxWidth;
  if (!(task.width >= 0) || (!homes && task.width > widest)) {
    throw ArmProblem("gripper-width",
                     "A width of " + millimetres(task.width) + " is outside 0 to " + millimetres(widest) + ". The fingers were not moved.",
                     "Give a width inside that range. After other fingertips were mounted, home the Hand again.");
  }
  if (!(task.speed > 0 && task.speed <= kFastest)) {
    throw ArmProblem("gripper-speed", "The speed must be over 0 and at most 0.2 m/s. The fingers were not moved.",
                     "Give 0.1 m/s for a start.");
  }
  if (command != GripperCommand::kGrasp) return;
  if (!(task.force > 0 && task.force <= kMostForce) || !(task.epsilonInner >= 0) || !(task.epsilonOuter >= 0)) {
    throw ArmProblem("gripper-force",
                     "A grasp needs a force over 0 and at most 70 N and tolerances of 0 or more. The fingers were not moved.",
                     "Give 30 N and 5 mm for a start.");
  }
}

uint64_t GripperClient::request(GripperCommand command, const GripperTask& task) {
  const std::lock_guard lock(mutex_);
  require(command, task);
  if (waiting_) end(*waiting_, GripperOutcome::kReplaced);
  waiting_ = Job{++jobs_, command, task};
  shown_.waiting = true;
  if (running_ && running_->command != GripperCommand::kHoming) stopWanted_ = true;
  wake_.raise();
  return jobs_;
}

void GripperClient::stop() noexcept {
  const std::lock_guard lock(mutex_);
  if (waiting_) end(*waiting_, GripperOutcome::kAborted);
  waiting_.reset();
  shown_.waiting = false;
  if (running_) stopWanted_ = true;
  wake_.raise();
}

GripperSnapshot GripperClient::snapshot() const {
  const std::lock_guard lock(mutex_);
  GripperSnapshot out = shown_;
  const std::chrono::duration<double, std::milli> age = Clock::now() - heard_;
  out.ageMs = heard_ == Clock::time_point{} ? -1 : age.count();
  return out;
}

// --- the thread ---

void GripperClient::pass(Clock::duration wait) {
  if (!snapshot().connected) {
    waitReadable(-1, Clock::now() + wait, wake_);
    wake_.drain();
    return;
  }
  // States come 50 times a second, so that replies on the other socket never wait for longer.
  waitReadable(tcp_.get(), Clock::now() + std::min<Clock::duration>(wait, milliseconds(20)), wake_);
  wake_.drain();
  readStates();
  readReplies();
  if (!sendNext()) lose();
}

// Stop first, then what waits, when what ran has been answered. False: the Hand takes nothing any more.
bool GripperClient::sendNext() {
  const std::lock_guard lock(mutex_);
  if (!shown_.connected) return true;
  if (std::exchange(stopWanted_, false) && running_ && !stopId_) {
    stopId_ = nextId_++;
    shown_.activity = GripperActivity::kStopping;
    if (!sendFrame(tcp_, encodeGripperRequest(GripperCommand::kStop, *stopId_, {}), kSendTimeout)) return false;
  }
  if (!waiting_ || running_ || stopId_) return true;
  running_ = waiting_;
  waiting_.reset();
  shown_.waiting = false;
  runningId_ = nextId_++;
  shown_.activity = activityOf(running_->command);
  return sendFrame(tcp_, encodeGripperRequest(running_->command, runningId_, running_->task), kSendTimeout);
}

void GripperClient::readStates() {
  std::array<uint8_t, kGripperStateBytes + 1> bytes;
  for (int i = 0; i < kMostPerPass; ++i) {
    sockaddr_in from{};
    socklen_t fromSize = sizeof from;
    const auto size = recvfrom(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &fromSize);
    if (size < 0) return;
    GripperState state;
    if (from.sin_addr.s_addr != hand_.value.sin_addr.s_addr) continue;
    if (!decodeGripperState({bytes.data(), static_cast<size_t>(size)}, state)) continue;
    const std::lock_guard lock(mutex_);
    shown_.state = state;
    heard_ = Clock::now();
  }
}

void GripperClient::readReplies() {
  if (!receiveFrames(tcp_, frames_, [this](const std::vector<uint8_t>& frame) { return take(frame); })) lose();
}

// False: no reply of this protocol.
bool GripperClient::take(const std::vector<uint8_t>& frame) {
  if (frame.size() != kGripperReplyBytes) return false;
  const GripperHeader header = readGripperHeader(frame.data());
  const auto status = static_cast<uint16_t>(frame[10] | frame[11] << 8);
  const std::lock_guard lock(mutex_);
  if (stopId_ && header.id == *stopId_) {
    stopId_.reset();
    if (!running_) shown_.activity = GripperActivity::kNone;
  } else if (running_ && header.id == runningId_) {
    end(*running_, outcomeOf(status));
    running_.reset();
    if (!stopId_) shown_.activity = GripperActivity::kNone;
  }
  return true;
}

void GripperClient::end(const Job& job, GripperOutcome outcome) {
  shown_.results[job.number % shown_.results.size()] = {job.number, job.command, outcome, job.task, shown_.state.width};
}

void GripperClient::lose() {
  const std::lock_guard lock(mutex_);
  if (waiting_) end(*waiting_, GripperOutcome::kLost);
  if (running_) end(*running_, GripperOutcome::kLost);
  waiting_.reset();
  running_.reset();
  stopId_.reset();
  shown_.connected = shown_.waiting = false;
  shown_.activity = GripperActivity::kNone;
}

}  // namespace forager::fci
