#include "fci/request_channel.h"

#include <algorithm>

#include "fci/framed_stream.h"
#include "fci/realtime.h"

namespace forager::fci {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr size_t kLargestReply = 4096;
constexpr int kPriority = 70;  // below the control thread
constexpr auto kPoll = milliseconds(2);
constexpr auto kSendTimeout = milliseconds(20);
constexpr auto kMoveTimeout = milliseconds(1000);
constexpr auto kStopTimeout = milliseconds(500);  // from StopMove to idle, then the link is cut: stop category 2c
constexpr double kNsToS = 1e-9;

int64_t nanosecondsOf(Clock::time_point time) {
  return duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

RequestChannel::RequestChannel(Fd tcp, int protocol, uint32_t nextId, ArmController& controller, RequestSlot& slot,
                               ControlLoop& loop, const SupervisorLimits& limits)
    : tcp_(std::move(tcp)), protocol_(protocol), nextId_(nextId), controller_(controller), slot_(slot), loop_(loop),
      watchdog_(limits), frames_(kLargestReply) {}

RequestChannel::~RequestChannel() { close(); }

void RequestChannel::start() {
  thread_ = std::thread([this] { run(); });
}

void RequestChannel::close() {
  closing_ = true;
  slot_.wake().raise();
  if (thread_.joinable()) thread_.join();
  tcp_.reset();
  finishRecovery(Status::kError);
}

void RequestChannel::run() {
  requestRealtime(kPriority, this, sizeof *this);
  while (!closing_) {
    waitReadable(closedByRobot_ ? -1 : tcp_.get(), Clock::now() + kPoll, slot_.wake());
    watchControlThread(Clock::now());
    pass();
  }
}

void RequestChannel::pass() {
  const uint32_t wanted = slot_.take();
  if (closedByRobot_) {
    if (wanted & static_cast<uint32_t>(Request::kRecovery)) finishRecovery(Status::kError);
    return;
  }
  readReplies();
  sendWanted(wanted);
  watchReplies(Clock::now());
}

// --- sending ---

void RequestChannel::sendWanted(uint32_t bits) {
  // A stop goes first, and takes back a Move that was not sent yet.
  if (bits & static_cast<uint32_t>(Request::kStopMove)) {
    moveWaits_ = false;
    sendStop();
  }
  if (bits & static_cast<uint32_t>(Request::kRecovery)) sendPlain(Command::kAutomaticErrorRecovery, recover_);
  if (bits & static_cast<uint32_t>(Request::kMove)) moveWaits_ = true;
  if (moveWaits_ && !move_) sendMove();
}

void RequestChannel::sendMove() {
  moveWaits_ = moveStarted_ = false;
  stage_ = StopStage::ramp;
  move_ = Pending{nextId_++, Clock::now()};
  send(encodeMove(move_->id, MoveRequest{}, protocol_));
}

void RequestChannel::sendPlain(Command command, std::optional<Pending>& pending) {
  pending = Pending{nextId_++, Clock::now()};
  send(encodeRequest(command, pending->id, protocol_));
}

void RequestChannel::sendStop() {
  if (!stopping_) stopping_ = Clock::now();
  stage_ = StopStage::fastStop;
  sendPlain(Command::kStopMove, stop_);
}

void RequestChannel::send(std::span<const uint8_t> bytes) {
  if (!closedByRobot_ && !sendFrame(tcp_, bytes, kSendTimeout)) lose();
}

// --- replies ---

void RequestChannel::readReplies() {
  if (!receiveFrames(tcp_, frames_, [this](const std::vector<uint8_t>& frame) { return take(frame); })) lose();
}

// False: no reply of this protocol.
bool RequestChannel::take(const std::vector<uint8_t>& frame) {
  const Header header = readHeader(frame.data());
  const auto command = commandOfNumber(header.command, protocol_);
  if (!command || frame.size() != replyBytes(*command)) return false;
  const Status status = decodeStatus(*command, frame[kHeaderBytes], protocol_);
  if (move_ && header.id == move_->id) {
    takeMoveReply(status);
  } else if (stop_ && header.id == stop_->id) {
    stop_.reset();
  } else if (recover_ && header.id == recover_->id) {
    recover_.reset();
    finishRecovery(status);
  }
  return true;
}

void RequestChannel::takeMoveReply(Status status) {
  if (status == Status::kStarted) {
    moveStarted_ = true;
    return;
  }
  move_.reset();
  stopping_.reset();
  const bool ended = status == Status::kSuccess || status == Status::kPreempted;
  if (!ended) needsRecovery_ = true;
  // The state tells the controller how a running Move ended; a Move that never ran shows nothing there.
  if (!moveStarted_) controller_.requestStop(StopKind::moveRefused);
}

void RequestChannel::startRecovery() {
  Recovery expected = recovery_;
  while (expected != Recovery::kRunning) {
    if (recovery_.compare_exchange_weak(expected, Recovery::kRunning)) return slot_.post(Request::kRecovery);
  }
}

Recovery RequestChannel::waitRecovery(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  recovered_.wait_for(lock, timeout, [this] { return recovery_ != Recovery::kRunning; });
  return recovery_;
}

void RequestChannel::finishRecovery(Status status) {
  const std::lock_guard lock(mutex_);
  if (recovery_ != Recovery::kRunning) return;
  recoveryStatus_ = status;
  if (status == Status::kSuccess) needsRecovery_ = false;
  recovery_ = status == Status::kSuccess ? Recovery::kDone : Recovery::kFailed;
  recovered_.notify_all();
}

// --- watching ---

void RequestChannel::watchReplies(Clock::time_point now) {
  watchStop(now);
  if (move_ && !moveStarted_ && now - move_->since > kMoveTimeout) {
    move_.reset();
    needsRecovery_ = true;
    controller_.requestStop(StopKind::moveRefused);
  }
}

// A robot that does not come to rest although it was told to stop by itself is left without commands and without a
// connection: then its own rules stop it.
void RequestChannel::watchStop(Clock::time_point now) {
  if (!stopping_) return;
  const bool idle = !move_ && !stop_ && loop_.stats().robotMode != kMove;
  if (idle) return stopping_.reset();
  if (now - *stopping_ > kStopTimeout) cut();
}

// Row 24. A control thread that has not got its core is stood in for; one that is stuck in a pass cannot be, and the
// robot is told to stop.
void RequestChannel::watchControlThread(Clock::time_point now) {
  const auto verdict = watchdog_.look(nanosecondsOf(now), loop_.beat(), nanosecondsOf(Clock::time_point(2 * kPoll)));
  if (verdict == Watchdog::Verdict::alive) return;
  loop_.noteLate();
  loop_.tryPass();
  if (verdict != Watchdog::Verdict::frozen) return;
  controller_.requestStop(StopKind::controlFrozen, static_cast<double>(watchdog_.stillNs()) * kNsToS,
                          static_cast<double>(watchdog_.allowedNs()) * kNsToS);
  if (move_ && !closedByRobot_) sendStop();
}

void RequestChannel::lose() {
  closedByRobot_ = true;
  controller_.requestStop(StopKind::linkLost);
  finishRecovery(Status::kError);
}

void RequestChannel::cut() {
  stopping_.reset();
  stage_ = StopStage::linkCut;
  loop_.cut();
  tcp_.reset();
  lose();
}

}  // namespace forager::fci
