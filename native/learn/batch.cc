#include "learn/batch.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "nn/team.h"

namespace forager {

namespace {

void drawTransitions(std::vector<uint32_t>& drawn, size_t size, RandomStream& random, bool withoutReplacement) {
  const bool distinct = withoutReplacement && size >= drawn.size();
  for (size_t i = 0; i < drawn.size(); ++i) {
    do drawn[i] = random.below(static_cast<uint32_t>(size));
    while (distinct && std::find(drawn.begin(), drawn.begin() + i, drawn[i]) != drawn.begin() + i);
  }
}

void copyNormalised(float* to, const float* from, int count, const SamplingRule& rule) {
  for (int i = 0; i < count; ++i) to[i] = (from[i] - rule.shift[i]) * rule.scale[i];
}

}  // namespace

Batch makeBatch(Arena& arena, int rows, int observationSize, int actionSize) {
  return {makeTensor(arena, rows, observationSize), makeTensor(arena, rows, actionSize), makeTensor(arena, rows, 1),
          makeTensor(arena, rows, observationSize), makeTensor(arena, rows, 1)};
}

void recordSample(Tape& tape, const Batch& b, const Replay& replay, RandomStream& random, const SamplingRule& rule) {
  tape.add({}, {&random, b.observation.data, b.action.data, b.reward.data, b.nextObservation.data, b.terminal.data},
           [=, &replay, &random, drawn = std::vector<uint32_t>(b.observation.rows)]() mutable {
             drawTransitions(drawn, replay.size(), random, rule.withoutReplacement);
             for (uint32_t t : drawn) replay.prefetchPlace(t);
             for (uint32_t t : drawn) replay.prefetchObservations(t);
             const int states = replay.observationSize(), actions = replay.actionSize();
             for (int r = 0; r < b.observation.rows; ++r) {
               const uint32_t t = drawn[r];
               copyNormalised(b.observation.row(r), replay.observation(t), states, rule);
               copyNormalised(b.nextObservation.row(r), replay.nextObservation(t), states, rule);
               std::memcpy(b.action.row(r), replay.action(t), actions * sizeof(float));
               *b.reward.row(r) = replay.reward(t);
               *b.terminal.row(r) = rule.episodeEndsTerminal ? replay.episodeEnd(t) : replay.terminal(t);
             }
           });
}

double sampleRate(const Replay& replay, int rows, double seconds) {
  using Clock = std::chrono::steady_clock;
  Arena arena;
  Team team(1);
  Tape tape(arena);
  RandomStream random(1, "measure");
  const std::vector<float> shift(replay.observationSize(), 0.0f), scale(replay.observationSize(), 1.0f);
  const Batch batch = makeBatch(arena, rows, replay.observationSize(), replay.actionSize());
  recordSample(tape, batch, replay, random, {false, false, shift.data(), scale.data()});
  tape.schedule(1);
  double best = 0;
  for (const auto end = Clock::now() + std::chrono::duration<double>(seconds); Clock::now() < end;) {
    constexpr int kRuns = 50;
    const auto start = Clock::now();
    for (int run = 0; run < kRuns; ++run) team.run(tape);
    best = std::max(best, kRuns * rows / std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace forager
