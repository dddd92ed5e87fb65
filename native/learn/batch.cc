#include "learn/batch.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <memory>

#include "learn/goal_relabelling.h"
#include "nn/team.h"

namespace forager {

namespace {

// Numbers of one batch that were drawn already: an open-addressing table, emptied by counting up its age.
class DrawnSet {
 public:
  explicit DrawnSet(size_t most) : entries_(std::bit_ceil(2 * most + 1)) {}

  void clear() {
    if (++age_ == 0) {  // a new count would meet entries of the old one
      entries_.assign(entries_.size(), Entry{});
      age_ = 1;
    }
  }

  // False when the number is in the set already.
  bool insert(uint32_t number) {
    const size_t mask = entries_.size() - 1;
    size_t at = (number * uint64_t{0x9e3779b97f4a7c15u} >> 32) & mask;
    for (; entries_[at].age == age_; at = (at + 1) & mask)
      if (entries_[at].number == number) return false;
    entries_[at] = {number, age_};
    return true;
  }

 private:
  struct Entry {
    uint32_t number = 0, age = 0;
  };
  std::vector<Entry> entries_;
  uint32_t age_ = 0;
};

// Uniform draws; a distinct one is drawn again until it is new, which makes every set of distinct transitions as likely
// as every other.
void drawTransitions(std::vector<uint32_t>& drawn, size_t size, RandomStream& random, DrawnSet* seen) {
  const uint32_t bound = static_cast<uint32_t>(size);
  if (seen != nullptr) seen->clear();
  for (uint32_t& transition : drawn) {
    do transition = random.below(bound);
    while (seen != nullptr && !seen->insert(transition));
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
  constexpr double kRowCost = 20'000;  // mostly waiting for memory; in multiply-adds of a product
  const auto drawn = std::make_shared<std::vector<uint32_t>>(b.observation.rows);
  const auto goals = std::make_shared<std::vector<uint32_t>>(rule.goals == nullptr ? 0 : b.observation.rows);
  Tape::Buffers writes{&random, drawn.get()};
  if (rule.goals != nullptr) writes.insert(writes.end(), {rule.goals, goals.get()});
  tape.add({}, std::move(writes), [=, &replay, &random, seen = DrawnSet(b.observation.rows)]() mutable {
    const bool distinct = rule.withoutReplacement && replay.size() >= drawn->size();
    drawTransitions(*drawn, replay.size(), random, distinct ? &seen : nullptr);
    for (uint32_t t : *drawn) replay.prefetch(t);
    for (size_t r = 0; r < goals->size(); ++r) {
      (*goals)[r] = drawGoal(replay, (*drawn)[r], *rule.goals);
      replay.prefetch((*goals)[r]);
    }
  });
  tape.addRows(b.observation.rows, kRowCost, {drawn.get(), goals.get()},
               {b.observation.data, b.action.data, b.reward.data, b.nextObservation.data, b.terminal.data},
               [=, &replay](int r) {
                 const uint32_t t = (*drawn)[r];
                 const int states = replay.observationSize(), actions = replay.actionSize();
                 const float* observation = replay.observation(t);
                 copyNormalised(b.observation.row(r), observation, states, rule);
                 copyNormalised(b.nextObservation.row(r), observation + states, states, rule);
                 std::memcpy(b.action.row(r), replay.action(t), actions * sizeof(float));
                 *b.reward.row(r) = replay.reward(t);
                 *b.terminal.row(r) = rule.episodeEndsTerminal ? replay.episodeEnd(t) : replay.terminal(t);
                 if (!goals->empty()) relabel(b, r, replay, t, (*goals)[r], rule);
               });
}

Batch recordDraw(Tape& tape, const Replay& replay, int rows, RandomStream& random, const SamplingRule& rule) {
  const Batch batch = makeBatch(tape.scratch(), rows, replay.observationSize(), replay.actionSize());
  recordSample(tape, batch, replay, random, rule);
  return batch;
}

void recordMeans(Tape& tape, const Batch& batch) {
  for (const Tensor& column : {batch.reward, batch.terminal})
    tape.add({column.data}, {column.data}, [=] {
      double sum = 0;
      for (int r = 0; r < column.rows; ++r) sum += *column.row(r);
      for (int r = 0; r < column.rows; ++r) *column.row(r) = static_cast<float>(sum / column.rows);
    });
}

DrawnBatches drawBatches(const Replay& replay, int rows, int batches, uint64_t seed, const DrawingRule& rule) {
  Arena arena;
  Team team(1);
  Tape tape(arena);
  RandomStream random(seed, "batch"), goals(seed, "goal");
  const std::vector<float> shift(replay.observationSize(), 0.0f), scale(replay.observationSize(), 1.0f);
  const Batch batch = makeBatch(arena, rows, replay.observationSize(), replay.actionSize());
  recordSample(tape, batch, replay, random,
               {rule.withoutReplacement, rule.episodeEndsTerminal, shift.data(), scale.data(),
                rule.anyGoal ? &goals : nullptr});
  tape.schedule(1);
  DrawnBatches out;
  const auto append = [](std::vector<float>& to, const Tensor& from) {
    for (int r = 0; r < from.rows; ++r) to.insert(to.end(), from.row(r), from.row(r) + from.columns);
  };
  for (int i = 0; i < batches; ++i) {
    team.run(tape);
    append(out.observation, batch.observation);
    append(out.action, batch.action);
    append(out.reward, batch.reward);
    append(out.nextObservation, batch.nextObservation);
    append(out.terminal, batch.terminal);
  }
  return out;
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
