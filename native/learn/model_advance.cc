#include "learn/model_advance.h"

namespace forager {

Tensor recordAdvance(Tape& tape, const Tensor& x, const std::vector<Tensor>& f, const int& leader,
                     const float* change) {
  const int states = x.columns;
  std::vector<Tensor> inputs{x};
  inputs.insert(inputs.end(), f.begin(), f.end());
  return mapRows(
      tape, inputs, states,
      [=, &leader](const float* const* in, float* out) {
        for (int i = 0; i < states; ++i) out[i] = in[0][i] + change[i] * in[1 + leader][i];
      },
      [=, &leader](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
        for (int i = 0; i < states; ++i) {
          if (inGradient[0] != nullptr) inGradient[0][i] += outGradient[i];
          inGradient[1 + leader][i] += change[i] * outGradient[i];
        }
      });
}

}  // namespace forager
