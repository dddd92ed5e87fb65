#pragma once
#include <cstdint>
#include <vector>

#include "learn/replay.h"
#include "nn/random.h"
#include "nn/tape.h"

namespace forager {

// Where a mini-batch of transitions lands; every tensor has one row per transition.
struct Batch {
  Tensor observation;      // [batch, S]
  Tensor action;           // [batch, A]
  Tensor reward;           // [batch, 1]
  Tensor nextObservation;  // [batch, S]
  Tensor terminal;         // [batch, 1], 1 where no value follows
};

struct SamplingRule {
  bool withoutReplacement;   // inside one batch; a replay smaller than a batch is drawn with replacement
  bool episodeEndsTerminal;  // time limits and cuts count as terminals
  const float* shift;        // observations become (o - shift) scale; [S] each
  const float* scale;
  // For a task that names no goal: draws one for every transition (goal_relabelling.h). Null: as recorded.
  RandomStream* goals = nullptr;
};

Batch makeBatch(Arena& arena, int rows, int observationSize, int actionSize);

// Records the drawing of a batch, uniform over the replay's transitions at the time of the replay of the tape, and of
// their goals where the rule asks for them.
void recordSample(Tape& tape, const Batch& batch, const Replay& replay, RandomStream& random, const SamplingRule& rule);

// A batch of so many rows on the tape's own memory, and its drawing recorded.
Batch recordDraw(Tape& tape, const Replay& replay, int rows, RandomStream& random, const SamplingRule& rule);

// Records that every transition of a batch gets the batch's mean reward and mean end.
void recordMeans(Tape& tape, const Batch& batch);

// Mini-batches one after another, as a learner with this rule and the stream "batch" of this seed sees them; row-major.
struct DrawnBatches {
  std::vector<float> observation, action, reward, nextObservation, terminal;
};
struct DrawingRule {
  bool withoutReplacement, episodeEndsTerminal;
  bool anyGoal;  // with goals from the stream "goal"
};
DrawnBatches drawBatches(const Replay& replay, int rows, int batches, uint64_t seed, const DrawingRule& rule);

// Transitions drawn per second by one thread; the best of short windows within `seconds`.
double sampleRate(const Replay& replay, int batch, double seconds);

}  // namespace forager
