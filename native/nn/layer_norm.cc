#include "nn/layer_norm.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

constexpr double kElementCost = 30;  // of one number, in multiply-adds of a product

}  // namespace

Tensor LayerNorm::forward(Tape& tape, const Tensor& x, Gradients gradients) {
  Arena& arena = tape.scratch();
  Pass pass{x, makeTensor(arena, x.rows, x.columns), makeTensor(arena, x.rows, x.columns),
            makeTensor(arena, x.rows, 1)};
  const float *gain = gain_.tensor().data, *shift = shift_.tensor().data;
  tape.addRows(x.rows, kElementCost * x.columns, {x.data, gain, shift},
               {pass.y.data, pass.standard.data, pass.scale.data}, [=](int r) {
                 const float* in = pass.x.row(r);
                 const int columns = pass.x.columns;
                 double mean = 0, squares = 0;
                 for (int c = 0; c < columns; ++c) mean += in[c];
                 mean /= columns;
                 for (int c = 0; c < columns; ++c) squares += (in[c] - mean) * (in[c] - mean);
                 const double scale = 1 / std::sqrt(squares / columns + 1e-5);
                 *pass.scale.row(r) = static_cast<float>(scale);
                 for (int c = 0; c < columns; ++c) {
                   const float standard = static_cast<float>((in[c] - mean) * scale);
                   pass.standard.row(r)[c] = standard;
                   pass.y.row(r)[c] = gain[c] * standard + shift[c];
                 }
               });
  if (gradients == Gradients::none) return pass.y;
  pass.y.gradientFrom = 0;
  const bool learns = gradients == Gradients::weights;
  tape.onBackward([=, this, &tape] {
    if (learns) recordParameterGradients(tape, pass);
    if (pass.x.wantsGradient()) recordInputGradient(tape, pass);
  });
  return pass.y;
}

// With g = dy gain and the standardised row n: dx = (g − mean g − n mean(g n)) / deviation
void LayerNorm::recordInputGradient(Tape& tape, const Pass& pass) const {
  const float* gain = gain_.tensor().data;
  const bool first = tape.firstGradient(pass.x.gradient);
  tape.addRows(pass.x.rows, kElementCost * pass.x.columns,
               {pass.y.gradient, pass.standard.data, pass.scale.data, gain}, {pass.x.gradient}, [=](int r) {
                 const float *dy = pass.y.gradientRow(r), *standard = pass.standard.row(r);
                 float* dx = pass.x.gradientRow(r);
                 const int columns = pass.x.columns;
                 double mean = 0, along = 0;
                 for (int c = 0; c < columns; ++c) {
                   const double g = double{dy[c]} * gain[c];
                   mean += g / columns;
                   along += g * standard[c] / columns;
                 }
                 for (int c = 0; c < columns; ++c) {
                   const double d = (double{dy[c]} * gain[c] - mean - standard[c] * along) * *pass.scale.row(r);
                   dx[c] = static_cast<float>(d) + (first ? 0 : dx[c]);
                 }
               });
}

// dgain = Σ dy n, dshift = Σ dy, over the rows
void LayerNorm::recordParameterGradients(Tape& tape, const Pass& pass) const {
  float *gain = gain_.tensor().gradient, *shift = shift_.tensor().gradient;
  const bool first = tape.firstGradient(gain);
  tape.add(panelsOf(pass.y.columns), kElementCost * kPanel * pass.y.rows / 10, {pass.y.gradient, pass.standard.data},
           {gain, shift}, [=](int begin, int end) {
             const int from = begin * kPanel, to = std::min(end * kPanel, pass.y.columns);
             if (first) {
               std::fill(gain + from, gain + to, 0.0f);
               std::fill(shift + from, shift + to, 0.0f);
             }
             for (int r = 0; r < pass.y.rows; ++r) {
               const float *dy = pass.y.gradientRow(r), *standard = pass.standard.row(r);
               for (int c = from; c < to; ++c) {
                 gain[c] += dy[c] * standard[c];
                 shift[c] += dy[c];
               }
             }
           });
}

void LayerNorm::recordAdam(Tape& tape, const Adam& adam) {
  gain_.recordAdam(tape, adam);
  shift_.recordAdam(tape, adam);
}

}  // namespace forager
