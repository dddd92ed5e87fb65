#include "nn/parameter_vector.h"

#include <algorithm>
#include <cmath>

namespace forager {

ParameterVector::ParameterVector(Arena& saved, Arena& scratch, int count, float initial) {
  tensor_ = {saved.floats(strideOf(count)), scratch.floats(strideOf(count)), 1, count, strideOf(count), 0};
  std::fill_n(tensor_.data, count, initial);
  first_ = saved.floats(count);
  second_ = saved.floats(count);
}

void ParameterVector::recordAdam(Tape& tape, const Adam& adam) {
  tape.add({tensor_.gradient, &adam}, {tensor_.data}, [this, &adam] {
    const AdamStep& s = adam.step();
    for (int i = 0; i < tensor_.columns; ++i) {
      const float gradient = tensor_.gradient[i];
      first_[i] = s.beta1 * first_[i] + (1 - s.beta1) * gradient;
      second_[i] = s.beta2 * second_[i] + (1 - s.beta2) * gradient * gradient;
      tensor_.data[i] -= s.stepSize * first_[i] / (std::sqrt(second_[i]) * s.secondCorrection + s.epsilon);
    }
  });
}

LayerValues ParameterVector::values() const {
  return {0, tensor_.columns, Activation::linear, {}, {tensor_.data, tensor_.data + tensor_.columns}};
}

LayerValues ParameterVector::gradients() const {
  return {0, tensor_.columns, Activation::linear, {}, {tensor_.gradient, tensor_.gradient + tensor_.columns}};
}

}  // namespace forager
