#include "learn/training_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "learn/health.h"

#if defined(__linux__)
#include <pthread.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace forager {

namespace {

using Clock = std::chrono::steady_clock;

// A state is kept this often, a second or more of work: well below a hundredth of it, and little to do again after.
// Counted in operations, not seconds, so that a training that is made twice keeps the same states.
constexpr double kGoodStateOperations = 4e11;
constexpr uint64_t kGoodStateUpdates = 1000;               // or sooner
constexpr uint64_t kCurvePoints = 2000;                    // per run, at most
constexpr std::chrono::milliseconds kStopPatience{30};     // for the end of the running update
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

// What reading the data has left unused in the allocator goes back to the system: the training may run for days.
void returnUnusedMemory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

const LearnerEntry& entryOf(const std::string& name) {
  for (const LearnerEntry& entry : learners())
    if (entry.method.name == name) return entry;
  throw std::invalid_argument("There is no learner \"" + name + "\".");
}

}  // namespace

bool TrainingJob::Sums::finite() const {
  const double sum = updates + criticLoss + meanQ + actorUpdates + actorLoss + saturated;
  return std::isfinite(sum);
}

TrainingJob::TrainingJob(TrainingOptions options) : options_(std::move(options)) {
  const std::optional<ReachTask>& reach = options_.options.reach;
  if (reach && !reach->goal && options_.replay->observationSize() <= kGoalSize)
    throw std::invalid_argument("To reach any point, observations must end with the tool tip, behind the arm's state.");
  learner_ = entryOf(options_.learner).make(*options_.replay, options_.options);
  if (!learner_->finite())  // a normalisation over the data has found them
    throw std::invalid_argument("The transitions have values that are not finite numbers.");
  good_ = {learner_->save(), {}};
  returnUnusedMemory();
  const double updates = kGoodStateOperations / std::max(1.0, learner_->operationsPerUpdate());
  goodStateEvery_ = std::clamp<uint64_t>(static_cast<uint64_t>(updates), 1, kGoodStateUpdates);
}

TrainingJob::~TrainingJob() {
  learner_->interrupt();  // nobody asks for the state any more
  stop();
}

void TrainingJob::start(uint64_t updates) {
  requireStopped();
  if (state_ == TrainingState::diverged) throw std::runtime_error("This training has diverged and does not continue.");
  if (updates > learner_->updates() && options_.replay->size() == 0)
    throw std::runtime_error("There are no transitions to learn from.");
  stop();
  stopping_ = pausing_ = false;
  state_ = TrainingState::running;
  // The replay is in use from here on, not from whenever the thread begins.
  thread_ = std::thread([this, updates, use = std::make_unique<Replay::Use>(*options_.replay)] { train(updates); });
}

void TrainingJob::pause() { pausing_ = true; }

void TrainingJob::resume() {
  const std::lock_guard lock(mutex_);
  pausing_ = false;
  changed_.notify_all();
}

void TrainingJob::stop() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, kStopPatience, [this] { return !active(); })) learner_->interrupt();
  }
  if (thread_.joinable()) thread_.join();
  learner_->clearInterrupt();
}

void TrainingJob::train(uint64_t updates) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "learn");
#endif
  const uint64_t window = std::max<uint64_t>(1, (updates + kCurvePoints - 1) / kCurvePoints);
  std::string problem;
  while (learner_->updates() < updates && !stopping_ && problem.empty()) {
    problem = update(window);
    if (pausing_ && problem.empty()) waitWhilePaused();
  }
  if (learner_->interrupted())
    returnToGoodState();
  else if (problem.empty())
    problem = stateProblem(*learner_);
  if (!problem.empty()) diverge(problem, learner_->updates());
  const std::lock_guard lock(mutex_);
  state_ = !problem.empty()                 ? TrainingState::diverged
           : learner_->updates() >= updates ? TrainingState::done
                                            : TrainingState::idle;
  changed_.notify_all();
}

// One update and what follows from it; what is wrong with it, or nothing.
std::string TrainingJob::update(uint64_t window) {
  const auto before = Clock::now();
  learner_->update();
  if (learner_->interrupted()) return {};
  seconds_ += std::chrono::duration<double>(Clock::now() - before).count();
  updates_ = learner_->updates();
  if (std::string problem = updateProblem(*learner_); !problem.empty()) return problem;
  addToCurve(window);
  if (learner_->updates() % goodStateEvery_ != 0) return {};
  if (std::string problem = stateProblem(*learner_); !problem.empty()) return problem;
  good_ = {learner_->save(), sums_};
  return {};
}

void TrainingJob::waitWhilePaused() {
  std::unique_lock lock(mutex_);
  state_ = TrainingState::paused;
  changed_.wait(lock, [this] { return !pausing_ || stopping_; });
  state_ = TrainingState::running;
}

void TrainingJob::returnToGoodState() {
  learner_->restore(good_.learner);
  sums_ = good_.sums;
  updates_ = learner_->updates();
}

void TrainingJob::diverge(const std::string& problem, uint64_t update) {
  returnToGoodState();
  const std::lock_guard lock(mutex_);
  message_ = problem + " at update " + std::to_string(update) + ". Training stopped; the policy is the one of update " +
             std::to_string(learner_->updates()) + ".";
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

void TrainingJob::requireStill() const {
  const std::lock_guard lock(mutex_);
  if (state_ == TrainingState::running) throw std::runtime_error("The training is running; stop it first.");
}

void TrainingJob::requireStopped() const {
  const std::lock_guard lock(mutex_);
  if (active()) throw std::runtime_error("The training is running; stop it first.");
}

const Learner& TrainingJob::learner() const {
  requireStill();
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
  requireStill();
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
  Sums sums;
  std::memcpy(&sums, bytes.data() + text + length, sizeof sums);
  const std::vector<uint8_t> before = learner_->save();
  learner_->restore({bytes.begin() + static_cast<std::ptrdiff_t>(text + length + sizeof sums), bytes.end()});
  if (!learner_->finite() || !sums.finite()) {
    learner_->restore(before);
    throw std::runtime_error("The training checkpoint has values that are not finite numbers.");
  }
  sums_ = sums;
  good_ = {learner_->save(), sums};
  const std::lock_guard lock(mutex_);
  updates_ = learner_->updates();
  state_ = TrainingState::idle;
  message_.clear();
  points_.clear();
}

}  // namespace forager
