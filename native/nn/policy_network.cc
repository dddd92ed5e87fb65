#include "nn/policy_network.h"

#include <cstring>

namespace forager {

void PolicyNetwork::act(const float* observation, float* action) {
  std::memcpy(actor_.input(0), observation, observationSize() * sizeof(float));
  actor_.run(1);
  std::memcpy(action, actor_.output(0), actionSize() * sizeof(float));
}

}  // namespace forager
