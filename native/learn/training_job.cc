#include "learn/training_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <stdexcept>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace forager {

namespace {

constexpr double kDivergedQ = 1e6;          // no return of any world here comes near it
constexpr uint64_t kGoodStateEvery = 1000;  // updates
constexpr uint64_t kCurvePoints = 2000;     // per run, at most
constexpr char kMagic[8] = {'F', 'O', 'R', 'A', 'G', 'C', 'K', '1'};

uint64_t checksum(const uint8_t* bytes, size_t count) {  // FNV-1a
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < count; ++i) h = (h ^ bytes[i]) * 0x100000001b3u;
  return h;
}

void append(std::vector<uint8_t>& bytes, const void* from, size_t count) {
  bytes.resize(bytes.size() + count);
  std::memcpy(bytes.data() + bytes.size() - count, from, count);
}

const LearnerEntry& entryOf(const std::string& name) {
  for (const LearnerEntry& entry : learners())
    if (entry.method.name == name) return entry;
  throw std::invalid_argument("There is no learner \"" + name + "\".");
}

}  // namespace

TrainingJob::TrainingJob(TrainingOptions options) : options_(std::move(options)) {
  learner_ = entryOf(options_.learner).make(*options_.replay, options_.options);
  goodState_ = learner_->save();
}

TrainingJob::~TrainingJob() { stop(); }

void TrainingJob::start(uint64_t updates) {
  requireStopped();
  if (state_ == TrainingState::diverged) throw std::runtime_error("This training has diverged and does not continue.");
  if (updates > learner_->updates() && options_.replay->size() == 0)
    throw std::runtime_error("There are no transitions to learn from.");
  if (updates > 0 && options_.replay->size() > std::numeric_limits<uint32_t>::max())
    throw std::runtime_error("The replay holds more transitions than can be drawn from.");
  stop();
  stopping_ = false;
  state_ = TrainingState::running;
  thread_ = std::thread([this, updates] { train(updates); });
}

void TrainingJob::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void TrainingJob::train(uint64_t updates) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "learn");
#endif
  const Replay::Use use(*options_.replay);
  const uint64_t window = std::max<uint64_t>(1, (updates + kCurvePoints - 1) / kCurvePoints);
  auto before = std::chrono::steady_clock::now();
  bool diverged = false;
  while (learner_->updates() < updates && !stopping_ && !diverged) {
    learner_->update();
    const auto now = std::chrono::steady_clock::now();
    seconds_ += std::chrono::duration<double>(now - before).count();
    before = now;
    updates_ = learner_->updates();
    diverged = !healthy();
    if (diverged) break;
    addToCurve(window);
    if (learner_->updates() % kGoodStateEvery == 0) rememberGoodState();
  }
  if (!diverged && !learner_->finite()) diverged = true;
  if (diverged) returnToGoodState();
  const std::lock_guard lock(mutex_);
  state_ = diverged                         ? TrainingState::diverged
           : learner_->updates() >= updates ? TrainingState::done
                                            : TrainingState::idle;
}

bool TrainingJob::healthy() const {
  const UpdateMetrics& m = learner_->metrics();
  return std::isfinite(m.criticLoss) && m.largestQ <= kDivergedQ;
}

void TrainingJob::rememberGoodState() {
  if (learner_->finite()) goodState_ = learner_->save();
}

void TrainingJob::returnToGoodState() {
  const uint64_t failed = learner_->updates();
  learner_->restore(goodState_);
  updates_ = learner_->updates();
  const std::lock_guard lock(mutex_);
  message_ = "The critics' values ran away at update " + std::to_string(failed) +
             ". Training stopped; the policy is the one of update " + std::to_string(learner_->updates()) + ".";
}

void TrainingJob::addToCurve(uint64_t window) {
  const UpdateMetrics& m = learner_->metrics();
  sums_.updates += 1;
  sums_.criticLoss += m.criticLoss;
  sums_.meanQ += m.meanQ;
  if (!std::isnan(m.actorLoss)) {
    sums_.actorUpdates += 1;
    sums_.actorLoss += m.actorLoss;
    sums_.saturated += m.saturated;
  }
  if (learner_->updates() % window != 0) return;
  const double n = sums_.updates, a = sums_.actorUpdates;  // without an actor update its columns are NaN
  const std::lock_guard lock(mutex_);
  points_.insert(points_.end(), {static_cast<double>(learner_->updates()), seconds_, sums_.criticLoss / n,
                                 sums_.actorLoss / a, sums_.meanQ / n, sums_.saturated / a});
  sums_ = {};
}

TrainingJob::Progress TrainingJob::progress() {
  const std::lock_guard lock(mutex_);
  Progress out{state_, updates_, message_, std::move(points_)};
  points_.clear();
  return out;
}

void TrainingJob::requireStopped() const {
  const std::lock_guard lock(mutex_);
  if (state_ == TrainingState::running) throw std::runtime_error("The training is running; stop it first.");
}

const Learner& TrainingJob::learner() const {
  requireStopped();
  return *learner_;
}

std::string TrainingJob::identity() const {
  std::string out = options_.learner + '|' + options_.options.mode + '|' +
                    std::to_string(options_.replay->observationSize()) + '|' +
                    std::to_string(options_.replay->actionSize());
  for (double value : learner_->settingValues()) {
    char text[40];
    std::snprintf(text, sizeof text, "|%.17g", value);
    out += text;
  }
  return out;
}

// magic, checksum of the rest, length and text of the identity, sums of the unfinished curve point, learner state
std::vector<uint8_t> TrainingJob::checkpoint() const {
  requireStopped();
  const std::string name = identity();
  const uint64_t length = name.size();
  const std::vector<uint8_t> state = learner_->save();
  std::vector<uint8_t> bytes(kMagic, kMagic + sizeof kMagic);
  const size_t start = bytes.size() + sizeof(uint64_t);
  bytes.resize(start);
  append(bytes, &length, sizeof length);
  append(bytes, name.data(), name.size());
  append(bytes, &sums_, sizeof sums_);
  append(bytes, state.data(), state.size());
  const uint64_t sum = checksum(bytes.data() + start, bytes.size() - start);
  std::memcpy(bytes.data() + sizeof kMagic, &sum, sizeof sum);
  return bytes;
}

void TrainingJob::restore(const std::vector<uint8_t>& bytes) {
  requireStopped();
  const std::string name = identity();
  const size_t head = sizeof kMagic + sizeof(uint64_t), text = head + sizeof(uint64_t);
  uint64_t sum = 0, length = 0;
  if (bytes.size() < text || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0)
    throw std::runtime_error("These bytes are not a training checkpoint.");
  std::memcpy(&sum, bytes.data() + sizeof kMagic, sizeof sum);
  if (sum != checksum(bytes.data() + head, bytes.size() - head))
    throw std::runtime_error("The training checkpoint is damaged.");
  std::memcpy(&length, bytes.data() + head, sizeof length);
  if (length != name.size() || bytes.size() < text + length + sizeof(Sums) ||
      std::memcmp(bytes.data() + text, name.data(), length) != 0)
    throw std::runtime_error("The training checkpoint is of another learner, mode, shape or settings.");
  const size_t state = text + length + sizeof(Sums);
  learner_->restore({bytes.begin() + static_cast<std::ptrdiff_t>(state), bytes.end()});
  std::memcpy(&sums_, bytes.data() + text + length, sizeof sums_);
  goodState_ = learner_->save();
  const std::lock_guard lock(mutex_);
  updates_ = learner_->updates();
  state_ = TrainingState::idle;
  message_.clear();
  points_.clear();
}

}  // namespace forager
