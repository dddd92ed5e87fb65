#include "learn/health.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace forager {

namespace {

constexpr double kDivergedQ = 1e6;  // no return of any world here comes near it

bool finite(const std::vector<LayerValues>& layers) {
  const auto number = [](float value) { return std::isfinite(value); };
  return std::all_of(layers.begin(), layers.end(), [&](const LayerValues& layer) {
    return std::all_of(layer.weight.begin(), layer.weight.end(), number) &&
           std::all_of(layer.bias.begin(), layer.bias.end(), number);
  });
}

}  // namespace

std::string updateProblem(const Learner& learner) {
  const UpdateMetrics& m = learner.metrics();
  bool infinite = false;
  learner.eachLoss([&](double value) { infinite |= std::isinf(value); });
  if (infinite)
    for (const auto& [name, value] : learner.losses())
      if (std::isinf(value)) return "The loss \"" + name + "\" became infinite";
  if (!std::isfinite(m.criticLoss)) return "The critics' loss became something that is not a number";
  if (m.largestQ <= kDivergedQ) return {};
  char size[40];
  std::snprintf(size, sizeof size, "%.3g", m.largestQ);
  return std::string("The critics' values ran away to ") + size;
}

std::string stateProblem(const Learner& learner) {
  if (learner.finite()) return {};
  std::string names;
  for (const auto& [name, layers] : learner.networks())
    if (!finite(layers)) names += (names.empty() ? "" : ", ") + name;
  return "Weights became something that is not a number in " + (names.empty() ? "the optimisers' moments" : names);
}

}  // namespace forager
