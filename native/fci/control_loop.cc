#include "fci/control_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arm/cycle_sample.h"
#include "fci/realtime.h"

namespace forager::fci {

namespace {

constexpr int kPriority = 80;
constexpr int kMostPerPass = 1000;  // datagrams
constexpr double kNsToMs = 1e-6, kNsToUs = 1e-3;
constexpr double kRestSpeed = 1e-3, kRestAcceleration = 1e-2;  // rad/s, rad/s2: the Move may end
constexpr int kRestCycles = 10;
constexpr int kRampCycles = 300;  // longest ramp of a Move that nobody wants, then StopMove
constexpr int64_t kPassNs = 2'000'000;              // longest pass of a thread that got its time
constexpr int64_t kMostOversleptNs = 200'000'000;  // forgiven in one silence
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr auto kStandIn = std::chrono::microseconds(50);  // between two looks at a pass of another thread
constexpr int64_t kClockNs = 10 * kNsPerSecond;
constexpr double kSeen = 1e-9;  // rad/s; the robot reports back exactly what it accepted

int64_t monotonicNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

}  // namespace

ControlLoop::ControlLoop(const ArmModel& model, Fd udp, const Address& robot, int protocol, ArmController& controller,
                         RequestSlot& slot, Wake& wake, const Drill& drill)
    : udp_(std::move(udp)), robot_(robot), protocol_(protocol), controller_(controller), slot_(slot), wake_(wake),
      acceleration_(model.acceleration), plausible_(model), shapers_(makeShapers(model)), drill_(drill), strictTime_(drill.strictTime) {
  publish();
}

ControlLoop::~ControlLoop() { close(); }

void ControlLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void ControlLoop::close() {
  closing_ = true;
  if (thread_.joinable()) thread_.join();
}

void ControlLoop::run() {
  stats_.realTimeScheduling = requestRealtime(kPriority, this, sizeof *this);
  controller_.lockMemory();
  strictTime_ |= stats_.realTimeScheduling && kernelPromisesRealTime();
  while (!closing_) {
    pollfd ready = {udp_.get(), POLLIN, 0};
    poll(&ready, 1, 1);
    // Another thread stands in for this one. Spun on, it could be kept from the core that it needs to come to its end.
    if (!tryPass()) std::this_thread::sleep_for(kStandIn);
  }
}

bool ControlLoop::tryPass() {
  if (inPass_.test_and_set(std::memory_order_acquire)) return false;
  const int64_t now = monotonicNs();
  beat_ = now;
  const bool news = drain(now);
  controller_.watchHeartbeat(now);
  controller_.watchStopBox(now);
  if (late_.exchange(false, std::memory_order_relaxed)) controller_.noteRule(24, false);
  if (news) {
    answer(now);
  } else {
    noteSilence(now);
  }
  lastPassNs_ = now;
  advanceWindow(now);
  publish();
  inPass_.clear(std::memory_order_release);
  return true;
}

// Silence is counted while this thread is awake. When the whole computer stood still, a robot's states wait in the
// socket, and a simulated robot on the same computer stood still as well.
void ControlLoop::noteSilence(int64_t now) {
  if (stats_.lastStateNs == 0) return;
  overslept_ += std::clamp<int64_t>(now - lastPassNs_ - kPassNs, 0, kMostOversleptNs - overslept_);
  if (controller_.silence(now, now - stats_.lastStateNs - overslept_)) wake_.raise();
}

// Reads everything that waits and keeps the newest state. True when there is one.
bool ControlLoop::drain(int64_t now) {
  std::array<uint8_t, kLargestState + 1> bytes;
  bool news = false;
  // Bounded: a flood on the port must not keep the cycle from running.
  for (int i = 0; i < kMostPerPass; ++i) {
    sockaddr_in from{};
    socklen_t fromSize = sizeof from;
    const auto size = recvfrom(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &fromSize);
    if (size < 0) return news;
    ArmState state;
    if (from.sin_addr.s_addr != robot_.value.sin_addr.s_addr) continue;
    if (!decodeState({bytes.data(), static_cast<size_t>(size)}, protocol_, state)) continue;
    const bool first = stats_.received == 0;
    if (!plausible_.possible(state)) continue;
    if (!first && state.messageId <= state_.messageId) continue;  // late or repeated
    if (!first && !plausible_.follows(state, state_, now - stats_.lastStateNs)) continue;
    countPacket(state.messageId, first ? state.messageId - 1 : state_.messageId);
    state_ = state;
    source_ = from;
    news = true;
  }
  return news;
}

void ControlLoop::countPacket(uint64_t id, uint64_t before) {
  const uint64_t gap = id - before - 1;
  Second& second = window_[static_cast<size_t>(windowSecond_ % LinkStats::kSeconds)];
  stats_.received += 1;
  stats_.lost += gap;
  second.received += 1;
  second.lost += gap;
}

// Forgets the packets of ten seconds ago.
void ControlLoop::advanceWindow(int64_t now) {
  const int64_t second = now / kNsPerSecond;
  const int64_t passed = std::min<int64_t>(second - windowSecond_, LinkStats::kSeconds);
  for (int64_t i = 0; i < passed; ++i) window_[static_cast<size_t>((second - i) % LinkStats::kSeconds)] = {};
  windowSecond_ = second;
}

void ControlLoop::answer(int64_t now) {
  const bool first = stats_.lastStateNs == 0;
  const auto skipped = first ? 0 : static_cast<int>(std::min<uint64_t>(state_.messageId - answeredId_ - 1, 1000));
  answeredId_ = state_.messageId;
  if (!first) timing_.arrival.count(now - stats_.lastStateNs);
  stats_.lastStateNs = now;
  overslept_ = 0;
  compareClocks(now);
  const Output out = controller_.cycle(state_, now, skipped);
  const bool running = state_.robotMode == kMove && state_.motionGenerator == kGeneratorJointVelocity &&
                       state_.controllerMode == kJointImpedance;
  if (running && !cut_) {
    countRoundTrip(now);
    if (drill_.stallAfter > 0) playDrill();
    send(command(out), now);
    judgeCycleTime(now);
  } else {
    sentNs_ = 0;
  }
  record(out, running, skipped, now);
  if (out.wantsMove && !wantedMove_) slot_.post(Request::kMove);
  if (out.fastStop && !wantedStop_) slot_.post(Request::kStopMove);
  wantedMove_ = out.wantsMove;
  wantedStop_ = out.fastStop;
  stats_.successRate = running ? state_.successRate : -1;
  stats_.robotMode = state_.robotMode;
  if (out.tick) wake_.raise();
}

// A Move that runs although the controller has given it up (the link was lost for a moment, the Move started late) is
// led to rest and ended: leaving the robot without commands would end in a reflex.
MotionCommand ControlLoop::command(const Output& out) {
  if (out.wantsMove || out.finished) {
    restCycles_ = unwantedCycles_ = 0;
    return {state_.messageId, out.dq, out.finished};
  }
  if (++unwantedCycles_ == kRampCycles) slot_.post(Request::kStopMove);
  MotionCommand command{state_.messageId, {}, false};
  bool rest = true;
  for (int j = 0; j < kJoints; ++j) {
    const double v = state_.dqDesired[j], a = state_.ddqDesired[j];
    // An acceleration that no motion has is not to be trusted: the velocity stays until a better state comes.
    const bool odd = std::abs(a) > acceleration_[j];
    command.dq[j] = odd ? v : v + shapers_[j].nextAcceleration(0, v, a) * kCycleS;
    rest = rest && std::abs(v) < kRestSpeed && std::abs(a) < kRestAcceleration;
  }
  restCycles_ = rest ? restCycles_ + 1 : 0;
  if (restCycles_ > kRestCycles) command = {state_.messageId, {}, true};
  return command;
}

// Exactly one command per state while a Move runs.
void ControlLoop::send(const MotionCommand& command, int64_t now) {
  std::array<uint8_t, kLargestCommand> bytes;
  encodeCommand(command, protocol_, bytes.data());
  sendto(udp_.get(), bytes.data(), commandBytes(protocol_), 0, reinterpret_cast<const sockaddr*>(&source_), sizeof source_);
  stats_.cycleWorstUs = std::max(stats_.cycleWorstUs, static_cast<double>(monotonicNs() - now) * kNsToUs);
  sent_ = command.dq;
  if (sentNs_ == 0) sentNs_ = now;
}

// After the command has left: what an incident record may want to know of this cycle.
void ControlLoop::record(const Output& out, bool running, int skipped, int64_t now) {
  CycleSample sample = cycleSample(state_, out, controller_, now);
  sample.lostStates = static_cast<uint16_t>(skipped);
  if (running) {
    const int64_t took = monotonicNs() - now;
    sample.cycleUs = static_cast<float>(static_cast<double>(took) * kNsToUs);
    std::copy(sent_.begin(), sent_.end(), sample.command.begin());
    timing_.cycle.count(took);
  }
  cycles_.add(sample);
}

// Row 7: from the state's arrival to the command's departure. An answer after 700 us is one that the robot drops. Where
// the kernel makes no promise such an answer is the computer's doing and only counted; rows 4 to 6 watch what comes of it.
void ControlLoop::judgeCycleTime(int64_t now) {
  const int64_t sent = monotonicNs();
  const double took = static_cast<double>(sent - now) * 1e-9;
  const SupervisorLimits& limits = controller_.limits();
  if (took <= limits.cycleTimeWarn) return;
  controller_.noteRule(7, false);
  if (took <= limits.cycleTimeLate) return;
  int64_t& oldest = lateCycles_[lateCycle_];
  if (oldest != 0 && sent - oldest < kNsPerSecond) controller_.noteRule(7, true);
  oldest = sent;
  lateCycle_ = (lateCycle_ + 1) % lateCycles_.size();
  if (took > limits.cycleTimeStop && strictTime_) controller_.requestStop(StopKind::cycleTime, took, limits.cycleTimeStop);
}

// Row 28, over ten seconds each: states that come faster or slower than one a millisecond.
void ControlLoop::compareClocks(int64_t now) {
  const int64_t ours = now - clockNs_;
  if (clockNs_ != 0 && ours < kClockNs) return;
  if (clockNs_ != 0) {
    const double robots = static_cast<double>(state_.messageId - clockId_) * 1e6;
    stats_.clockDrift = robots / static_cast<double>(ours) - 1;
    const double apart = std::abs(stats_.clockDrift);
    const SupervisorLimits& limits = controller_.limits();
    if (apart > limits.clockDriftWarn) controller_.noteRule(28, apart > limits.clockDriftBad);
  }
  clockNs_ = now;
  clockId_ = state_.messageId;
}

void ControlLoop::playDrill() {
  if (--drill_.stallAfter == 0) std::this_thread::sleep_for(std::chrono::milliseconds(drill_.stallMs));
}

// From the arrival of a state to the arrival of the first later state that shows what was sent; commands that the robot
// dropped lengthen it.
void ControlLoop::countRoundTrip(int64_t now) {
  if (sentNs_ == 0) return;
  double worst = 0;
  for (int j = 0; j < kJoints; ++j) worst = std::max(worst, std::abs(state_.dqDesired[j] - sent_[j]));
  if (worst > kSeen) return;
  timing_.roundTrip.count(now - sentNs_);
  const double ms = static_cast<double>(now - sentNs_) * kNsToMs;
  roundTripSum_ += ms;
  stats_.roundTrips += 1;
  stats_.roundTripMeanMs = roundTripSum_ / static_cast<double>(stats_.roundTrips);
  stats_.roundTripWorstMs = std::max(stats_.roundTripWorstMs, ms);
  sentNs_ = 0;
}

void ControlLoop::publish() {
  stats_.received10s = stats_.lost10s = 0;
  for (const Second& second : window_) {
    stats_.received10s += second.received;
    stats_.lost10s += second.lost;
  }
  published_.write(stats_);
}

}  // namespace forager::fci
