#include "learn/normalisation.h"

#include <algorithm>
#include <vector>

#include "learn/learner.h"

namespace forager {

void Normalisation::foldInto(LayerValues& layer, int first, int states) const {
  std::vector<float> shifts(layer.inputs, 0.0f), scales(layer.inputs, 1.0f);
  std::copy_n(shift, states, shifts.begin() + first);
  std::copy_n(scale, states, scales.begin() + first);
  foldNormalisation(layer, shifts.data(), scales.data());
}

Normalisation makeNormalisation(Arena& saved, const Replay& replay, bool wanted) {
  const int states = replay.observationSize();
  const Normalisation out{saved.floats(states), saved.floats(states)};
  std::fill_n(out.scale, states, 1.0f);
  if (!wanted) return out;
  std::vector<double> mean, deviation;
  replay.moments(mean, deviation);
  for (int i = 0; i < states; ++i) {
    out.shift[i] = static_cast<float>(mean[i]);
    out.scale[i] = static_cast<float>(1 / (deviation[i] + 1e-3));
  }
  return out;
}

}  // namespace forager
