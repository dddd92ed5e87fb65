#include "nn/measure.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

#include "nn/mlp.h"
#include "nn/team.h"

namespace forager {

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

double multiplyAddRate(int threads, double seconds) {
  constexpr int kRounds = 200'000;  // about a millisecond
  std::barrier<> together(threads);
  const double end = now() + seconds;
  double best = 0;
  bool over = false;  // written by thread 0 between two barriers
  const auto measure = [&](int thread) {
    while (!over) {
      together.arrive_and_wait();
      const double start = now();
      const double operations = kernels().multiplyAddRun(kRounds);
      together.arrive_and_wait();
      if (thread == 0) {
        best = std::max(best, operations * threads / (now() - start));
        over = now() >= end;
      }
      together.arrive_and_wait();
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(measure, thread);
  measure(0);
  for (std::thread& other : others) other.join();
  return best;
}

double denseRate(int batch, int inputs, int outputs, int threads, double seconds) {
  Arena arena;
  Team team(threads);
  Tape tape(arena);
  Mlp layer(arena, arena, {inputs, outputs}, Activation::linear, true);
  Tensor x = makeTensor(arena, batch, inputs);
  x.gradientFrom = 0;
  RandomStream random(1, "measure");
  layer.initialize(random);
  const Tensor y = layer.forward(tape, x, Gradients::weights);
  for (int r = 0; r < batch; ++r) {
    random.normal(x.row(r), static_cast<size_t>(inputs));
    random.normal(y.gradientRow(r), static_cast<size_t>(outputs));
  }
  tape.backward();
  layer.recordGradients(tape);
  tape.schedule(threads);
  double best = 0;
  for (const double end = now() + seconds; now() < end;) {
    constexpr int kRuns = 10;
    const double start = now();
    for (int run = 0; run < kRuns; ++run) team.run(tape);
    best = std::max(best, kRuns * tape.operations() / (now() - start));
  }
  return best;
}

}  // namespace forager
