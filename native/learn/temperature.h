#pragma once
#include "nn/ops.h"
#include "nn/parameter_vector.h"

namespace forager {

// The weight α of the entropy in SAC: fixed, or learned so that the entropy becomes a target (Haarnoja et al., "Soft
// actor-critic algorithms and applications", 2018, equation 18).
class Temperature {
 public:
  Temperature(Arena& scratch, double fixed) : log_(makeTensor(scratch, 1, 1)), fixed_(static_cast<float>(fixed)) {}
  explicit Temperature(ParameterVector& logAlpha) : learned_(&logAlpha), log_(constant(logAlpha.tensor())) {}

  bool learns() const { return learned_ != nullptr; }
  float value() const;
  // An operation that reads value() reads this.
  const Tensor& tensor() const { return log_; }

  // Records L = −α mean(log π + H) with the wanted entropy H; logProbability [batch, 1]. Only when it learns.
  void recordLoss(Tape& tape, const Tensor& logProbability, float wantedEntropy, double& loss) const;
  void recordAdam(Tape& tape, const Adam& adam) const;

 private:
  ParameterVector* learned_ = nullptr;
  Tensor log_;
  float fixed_ = 0;
};

}  // namespace forager
