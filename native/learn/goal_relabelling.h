#pragma once
#include "learn/batch.h"
#include "learn/replay.h"
#include "nn/random.h"

namespace forager {

// Hindsight goals for a task that names none: Andrychowicz et al., "Hindsight experience replay", NeurIPS 2017,
// https://arxiv.org/abs/1707.01495. The last three numbers of an observation of such a replay are where the
// tool tip is, m; a learner sees the goal in their place. All networks and normalisations have the sizes of the replay.

// The transition whose next tool tip becomes the goal of `transition`: with a probability of 0.8 one from `transition`
// to the last of its episode, otherwise any. That paper's strategy "future" with its k = 4 makes 4 of 5 goals so; where
// it keeps the goal that was pursued, data of an explorer, which pursued none, give the tool tip of another transition.
// Draws two numbers.
uint32_t drawGoal(const Replay& replay, uint32_t transition, RandomStream& random);

// Gives row r of the batch, drawn from `transition`, the next tool tip of `goal` as its goal, and its reward:
//   r = −|next tool tip − goal|, m.
void relabel(const Batch& batch, int r, const Replay& replay, uint32_t transition, uint32_t goal,
             const SamplingRule& rule);

}  // namespace forager
