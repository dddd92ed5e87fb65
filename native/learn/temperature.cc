#include "learn/temperature.h"

#include <cmath>

namespace forager {

float Temperature::value() const { return learns() ? std::exp(*log_.data) : fixed_; }

void Temperature::recordLoss(Tape& tape, const Tensor& logProbability, float wantedEntropy, double& loss) const {
  const Tensor parameter = learned_->tensor(), logs = constant(logProbability);
  forager::recordLoss(tape, {parameter, logs}, {&loss}, [=, this, &loss] {
    double sum = 0;
    for (int r = 0; r < logs.rows; ++r) sum += *logs.row(r) + wantedEntropy;
    loss = -double{value()} * sum / logs.rows;
    *parameter.gradient += static_cast<float>(loss);  // d/d log α, for α = exp(log α)
  });
}

void Temperature::recordAdam(Tape& tape, const Adam& adam) const {
  if (learned_ != nullptr) learned_->recordAdam(tape, adam);
}

}  // namespace forager
