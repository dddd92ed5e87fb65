#include "explore/learning_explorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace forager {

namespace {

constexpr size_t kRoomForEvents = 1024;  // an arm makes so many in a minute

// Whatever else runs, above all the arm's control, goes before learning.
void stepBack() {
#ifdef __linux__
  setpriority(PRIO_PROCESS, 0, 10);  // 0 is the calling thread here
#endif
}

template <class T>
void append(std::vector<uint8_t>& bytes, const T* values, size_t count) {
  const auto* from = reinterpret_cast<const uint8_t*>(values);
  bytes.insert(bytes.end(), from, from + count * sizeof(T));
}

}  // namespace

class LearningExplorer::Hold {
 public:
  explicit Hold(const LearningExplorer& explorer) : explorer_(explorer) {
    std::unique_lock lock(explorer_.mutex_);
    explorer_.held_ = true;
    explorer_.rested_.wait(lock, [this] { return !explorer_.busy_; });
  }
  ~Hold() {
    const std::lock_guard lock(explorer_.mutex_);
    explorer_.held_ = false;
    explorer_.wake_.notify_one();
  }

 private:
  const LearningExplorer& explorer_;
};

LearningExplorer::LearningExplorer(const ExplorerOptions& options, const LearningPlan& plan, const Make& make)
    : plan_(plan),
      observationSize_(options.observationSize),
      actionSize_(options.actionSize),
      seed_(options.seed),
      realTime_(options.realTime),
      replay_(columns(), actionSize_),
      firstUpdateAt_(static_cast<uint64_t>(std::max(plan.batch, plan.warmUp))),
      observation_(columns()),
      action_(actionSize_),
      next_(columns()),
      acting_(seed_, "acting/0") {
  LearnerOptions learning{};
  learning.mode = options.mode;
  learning.seed = options.seed;
  learning.threads = options.threads;
  learning.keepGradients = options.keepGradients;
  method_ = make(replay_, learning);
  learners_ = method_->learners();
  for (int i = 0; i < (realTime_ ? 3 : 1); ++i)
    policies_.push_back(std::make_unique<ActingPolicy>(method_->actor(), method_->normalisation(), realTime_));
  for (const Learner* learner : learners_)
    for (const auto& [name, value] : learner->losses()) lossNames_.push_back(name);
  losses_ = std::vector<std::atomic<double>>(lossNames_.size());
  showLosses();
  for (Happened* events : {&happened_, &taken_}) {
    events->events.reserve(kRoomForEvents);
    events->rows.reserve(kRoomForEvents * (2 * static_cast<size_t>(columns()) + actionSize_));
  }
  beginEpisode(0);
  if (realTime_) thread_ = std::thread([this] { work(); });
}

LearningExplorer::~LearningExplorer() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  for (Learner* learner : learners_) learner->interrupt();
  thread_.join();
}

int LearningExplorer::drawSkill(uint64_t episode) const {
  RandomStream random(seed_, "skill/" + std::to_string(episode));
  return plan_.skills == 0 ? 0 : static_cast<int>(random.below(static_cast<uint32_t>(plan_.skills)));
}

void LearningExplorer::writeSkill(float* row, int skill) const {
  std::fill_n(row + observationSize_, plan_.skills, 0.0f);
  if (plan_.skills > 0) row[observationSize_ + skill] = 1;
}

// z ~ p(z); noise is a stream of the episode's own, so that an episode that is dropped leaves no trace
void LearningExplorer::beginEpisode(uint64_t episode) {
  tell(Event::cut);  // an episode that broke off had no last step to say so
  acting_ = RandomStream(seed_, "acting/" + std::to_string(episode));
  skill_ = drawSkill(episode);
  writeSkill(observation_.data(), skill_);
  writeSkill(next_.data(), skill_);
}

void LearningExplorer::act(const float* observation, float* action) {
  std::copy_n(observation, observationSize_, observation_.data());
  if (seen_ < static_cast<uint64_t>(plan_.warmUp))
    for (int a = 0; a < actionSize_; ++a) action[a] = acting_.uniform(-1, 1);
  else
    newestPolicy().act(observation_.data(), acting_, action);
  if (!std::all_of(action, action + actionSize_, [](float a) { return std::isfinite(a); }))
    throw std::runtime_error("The policy of " + plan_.name + " became something that is not a number.");
  std::copy_n(action, actionSize_, action_.data());
}

void LearningExplorer::observe(const float* nextObservation, StepEnd end) {
  std::copy_n(nextObservation, observationSize_, next_.data());
  ++seen_;
  if (seen_ >= firstUpdateAt_) ++owed_;
  tell(end == StepEnd::none ? Event::step : end == StepEnd::terminal ? Event::terminalStep : Event::cutStep);
}

void LearningExplorer::tell(Event event) {
  const std::lock_guard lock(mutex_);
  happened_.events.push_back(event);
  if (event == Event::cut) return;
  for (const std::vector<float>* part : {&observation_, &action_, &next_})
    happened_.rows.insert(happened_.rows.end(), part->begin(), part->end());
}

void LearningExplorer::takeIn() {
  {
    const std::lock_guard lock(mutex_);
    std::swap(happened_, taken_);
  }
  const float* row = taken_.rows.data();
  for (const Event event : taken_.events) {
    if (event != Event::cut) {
      // The reward of a transition is computed when it is drawn; one that was not would spoil everything at once.
      replay_.addTransition(row, row + columns(), std::numeric_limits<float>::quiet_NaN(),
                            row + columns() + actionSize_);
      row += 2 * columns() + actionSize_;
    }
    if (event != Event::step) replay_.endEpisode(event == Event::terminalStep);
  }
  taken_.events.clear();
  taken_.rows.clear();
}

void LearningExplorer::learn() {
  if (realTime_) {
    const std::lock_guard lock(mutex_);
    asked_ = true;
    wake_.notify_one();
    return;
  }
  takeIn();
  while (owed_ > 0) update();
}

void LearningExplorer::update() {
  method_->update();
  ++updates_;
  showLosses();
  offerWeights();
  --owed_;  // last: who sees nothing behind acts with these weights
}

void LearningExplorer::work() {
  stepBack();
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      if (owed_ == 0 && happened_.events.empty()) asked_ = false;
      rested_.notify_all();
      wake_.wait(lock, [this] { return closing_ || (!held_ && asked_); });
      if (closing_) return;
      busy_ = true;
    }
    takeIn();
    if (owed_ > 0) update();
  }
}

void LearningExplorer::offerWeights() {
  if (!realTime_) return;
  policies_[written_]->copyWeights();
  written_ = waiting_.exchange(written_ | kFresh) & ~kFresh;
}

ActingPolicy& LearningExplorer::newestPolicy() {
  if ((waiting_ & kFresh) != 0) inUse_ = waiting_.exchange(inUse_) & ~kFresh;
  return *policies_[inUse_];
}

void LearningExplorer::showLosses() {
  size_t i = 0;
  for (const Learner* learner : learners_) learner->eachLoss([&](double value) { losses_[i++] = value; });
}

std::vector<std::pair<std::string, double>> LearningExplorer::losses() const {
  std::vector<std::pair<std::string, double>> out;
  for (size_t i = 0; i < lossNames_.size(); ++i) out.emplace_back(lossNames_[i], losses_[i]);
  return out;
}

NamedLayers LearningExplorer::ofLearners(NamedLayers (Learner::*which)() const) const {
  const Hold hold(*this);
  NamedLayers out;
  for (const Learner* learner : learners_)
    for (auto& each : (learner->*which)()) out.push_back(std::move(each));
  return out;
}

double LearningExplorer::operationsPerUpdate() const {
  double sum = 0;
  for (const Learner* learner : learners_) sum += learner->operationsPerUpdate();
  return sum;
}

std::optional<int> LearningExplorer::skill() const {
  return plan_.skills > 0 ? std::optional(skill_) : std::nullopt;
}

void LearningExplorer::reserve(size_t transitions) {
  const Hold hold(*this);
  try {
    // Memory is only used where it is filled: each transition may be an episode of its own.
    replay_.reserve(transitions, transitions);
  } catch (const std::bad_alloc&) {  // so long a run grows as it goes
  }
}

// [name of the explorer, updates, updates that are due, and of each learner the size and the bytes]
std::vector<uint8_t> LearningExplorer::saveState() const {
  const Hold hold(*this);
  std::vector<std::vector<uint8_t>> parts;
  for (const Learner* learner : learners_) parts.push_back(learner->save());
  std::vector<uint8_t> bytes(plan_.name.begin(), plan_.name.end());
  const uint64_t numbers[] = {updates_, owed_};
  append(bytes, numbers, 2);
  for (const auto& part : parts) append(bytes, part.data(), part.size());
  return bytes;
}

void LearningExplorer::restoreState(const std::vector<uint8_t>& state) {
  const Hold hold(*this);
  uint64_t numbers[2];
  const size_t head = plan_.name.size() + sizeof numbers;
  std::vector<size_t> sizes;
  size_t size = head;
  for (const Learner* learner : learners_) size += sizes.emplace_back(learner->save().size());
  if (state.size() != size || !std::equal(plan_.name.begin(), plan_.name.end(), state.begin()))
    throw std::runtime_error("This explorer state is not one of " + plan_.name + " with these settings.");
  std::memcpy(numbers, state.data() + plan_.name.size(), sizeof numbers);
  auto from = state.begin() + static_cast<std::ptrdiff_t>(head);
  for (size_t i = 0; i < learners_.size(); ++i) {
    const auto to = from + static_cast<std::ptrdiff_t>(sizes[i]);
    learners_[i]->restore({from, to});
    from = to;
  }
  updates_ = numbers[0];
  owed_ = numbers[1];
  {
    const std::lock_guard lock(mutex_);
    asked_ = owed_ > 0;
  }
  showLosses();
  offerWeights();
}

void LearningExplorer::recall(const PastEpisode& past) {
  const Hold hold(*this);
  const int skill = drawSkill(past.episode);
  std::vector<float> rows((past.steps + 1) * static_cast<size_t>(columns()));
  for (size_t t = 0; t <= past.steps; ++t) {
    float* row = &rows[t * static_cast<size_t>(columns())];
    std::copy_n(past.observations + t * static_cast<size_t>(observationSize_), observationSize_, row);
    writeSkill(row, skill);
  }
  const std::vector<float> rewards(past.steps, std::numeric_limits<float>::quiet_NaN());
  replay_.addEpisode(rows.data(), past.actions, rewards.data(), past.steps, past.terminal);
  seen_ += past.steps;
}

}  // namespace forager
