// Every way in which the threads of the learning core meet, without Node, for the thread sanitizer:
// make -C native SANITIZE=thread && native/build/thread/threads-check
// Prints a line for each learner and mode and ends with 0; the sanitizer ends it with another code when it finds a race.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "learn/training_job.h"

using namespace forager;

namespace {

constexpr int kStates = 8, kActions = 7;

void rest(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

std::shared_ptr<Replay> makeReplay() {
  auto replay = std::make_shared<Replay>(kStates, kActions);
  for (int episode = 0; episode < 4; ++episode) {
    constexpr int kSteps = 40;
    std::vector<float> observations((kSteps + 1) * kStates), actions(kSteps * kActions), rewards(kSteps);
    const auto wave = [&](size_t i) { return std::sin(0.7f * static_cast<float>(i + 11 * episode)); };
    for (size_t i = 0; i < observations.size(); ++i) observations[i] = wave(i);
    for (size_t i = 0; i < actions.size(); ++i) actions[i] = wave(i + 1);
    for (size_t i = 0; i < rewards.size(); ++i) rewards[i] = wave(i + 2);
    replay->addEpisode(observations.data(), actions.data(), rewards.data(), kSteps, episode % 2 == 0);
  }
  return replay;
}

std::unique_ptr<TrainingJob> makeJob(const std::shared_ptr<Replay>& replay, const Method& method,
                                     const std::string& mode, int threads) {
  LearnerOptions options{mode, {}, 3, threads, false, {}};
  for (const Setting& setting : method.settings) {
    if (std::string(setting.unit) == "units") options.settings[setting.key] = 24;
    if (std::string(setting.key) == "batch") options.settings[setting.key] = 16;
  }
  return std::make_unique<TrainingJob>(TrainingOptions{method.name, options, replay});
}

TrainingJob::Progress waitUntilStill(TrainingJob& job) {
  for (;;) {
    TrainingJob::Progress progress = job.progress();
    if (progress.state != TrainingState::running) return progress;
    rest(1);
  }
}

// Two jobs on one replay at a time: started, looked at, paused, checkpointed, resumed, stopped, continued, destroyed.
void exercise(const std::shared_ptr<Replay>& replay, const Method& method, const std::string& mode) {
  const auto job = makeJob(replay, method, mode, 3), other = makeJob(replay, method, mode, 2);
  job->start(1'000'000);
  other->start(12);
  while (job->progress().updates < 3) rest(1);
  job->pause();
  const auto held = waitUntilStill(*job);
  require(held.state == TrainingState::paused, "the job does not pause");
  const std::vector<uint8_t> checkpoint = job->checkpoint();
  job->resume();
  while (job->progress().updates < held.updates + 2) rest(1);
  job->stop();
  const uint64_t stopped = job->progress().updates;
  require(waitUntilStill(*other).state == TrainingState::done, "the other job does not end");
  job->restore(checkpoint);
  job->start(stopped + 1);
  require(waitUntilStill(*job).state == TrainingState::done, "the restored job does not end");
  other->start(1'000'000);  // and is destroyed while it runs
}

// A training that is stopped in the middle of an update, and one that is destroyed there.
void interrupt(const std::shared_ptr<Replay>& replay) {
  for (const bool stops : {true, false}) {
    LearnerOptions options{"paper", {{"hidden1", 512}, {"hidden2", 512}, {"batch", 1024}}, 3, 3, false, {}};
    TrainingJob job({"td3", options, replay});
    job.start(1'000'000);
    rest(20);
    if (!stops) continue;
    job.stop();
    require(job.progress().state == TrainingState::idle, "the job does not stop");
  }
}

// What diverges returns to its last good state while somebody looks.
void diverge() {
  auto replay = std::make_shared<Replay>(kStates, kActions);
  const std::vector<float> observations(3 * kStates, 0.5f), actions(2 * kActions, 0.5f), rewards(2, std::nanf(""));
  replay->addEpisode(observations.data(), actions.data(), rewards.data(), 2, true);
  const auto job = makeJob(replay, learners().front().method, "paper", 2);
  job->start(100);
  const auto end = waitUntilStill(*job);
  require(end.state == TrainingState::diverged && !end.message.empty(), "the divergence is not seen");
}

}  // namespace

int main() {
  const auto replay = makeReplay();
  for (const LearnerEntry& entry : learners())
    for (const char* mode : kModes) {
      exercise(replay, entry.method, mode);
      std::printf("%s %s\n", entry.method.name.c_str(), mode);
      std::fflush(stdout);
    }
  interrupt(replay);
  diverge();
  std::printf("ok\n");
}
