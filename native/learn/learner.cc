#include "learn/learner.h"

#include <cstring>
#include <limits>
#include <stdexcept>

namespace forager {

RandomStream& Learner::stream(std::string_view name) {
  streams_.push_back(std::make_unique<RandomStream>(seed_, name));
  return *streams_.back();
}

RandomStream* Learner::goalStream(const LearnerOptions& options) {
  return options.reach && !options.reach->goal ? &stream("goal") : nullptr;
}

Mlp& Learner::network(const std::string& name, const std::vector<int>& sizes, Activation output, bool trained) {
  networks_.push_back({name, std::make_unique<Mlp>(saved_, scratch_, sizes, output, trained), trained});
  Mlp& mlp = *networks_.back().mlp;
  if (keepsGradients_) mlp.keepGradients();
  return mlp;
}

ParameterVector& Learner::parameters(const std::string& name, int count, float initial) {
  parameters_.emplace_back(name, std::make_unique<ParameterVector>(saved_, scratch_, count, initial));
  return *parameters_.back().second;
}

double& Learner::loss(const std::string& name) {
  losses_.emplace_back(name, std::make_unique<double>(std::numeric_limits<double>::quiet_NaN()));
  return *losses_.back().second;
}

void Learner::forgetLosses() {
  for (auto& [name, value] : losses_) *value = std::numeric_limits<double>::quiet_NaN();
}

Adam& Learner::optimiser(double learningRate, uint64_t horizon) {
  optimisers_.push_back(std::make_unique<Adam>(learningRate, horizon));
  return *optimisers_.back();
}

std::vector<std::pair<std::string, std::vector<LayerValues>>> Learner::networks() const {
  std::vector<std::pair<std::string, std::vector<LayerValues>>> out;
  for (const Network& network : networks_) out.emplace_back(network.name, network.mlp->values());
  for (const auto& [name, vector] : parameters_) out.emplace_back(name, std::vector{vector->values()});
  return out;
}

std::vector<std::pair<std::string, std::vector<LayerValues>>> Learner::gradients() const {
  std::vector<std::pair<std::string, std::vector<LayerValues>>> out;
  for (const Network& network : networks_)
    if (network.trained) out.emplace_back(network.name, network.mlp->gradients());
  for (const auto& [name, vector] : parameters_) out.emplace_back(name, std::vector{vector->gradients()});
  return out;
}

std::vector<std::pair<std::string, double>> Learner::losses() const {
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [name, value] : losses_) out.emplace_back(name, *value);
  return out;
}

std::vector<uint8_t> Learner::save() const {
  std::vector<uint64_t> numbers{updates_};
  for (const auto& adam : optimisers_) numbers.push_back(adam->steps());
  for (const auto& random : streams_) {
    numbers.push_back(random->state().key);
    numbers.push_back(random->state().position);
  }
  const size_t head = numbers.size() * sizeof(uint64_t);
  std::vector<uint8_t> bytes(head + saved_.size() * sizeof(float));
  std::memcpy(bytes.data(), numbers.data(), head);
  saved_.copyTo(reinterpret_cast<float*>(bytes.data() + head));
  return bytes;
}

void Learner::restore(const std::vector<uint8_t>& bytes) {
  std::vector<uint64_t> numbers(1 + optimisers_.size() + 2 * streams_.size());
  const size_t head = numbers.size() * sizeof(uint64_t);
  if (bytes.size() != head + saved_.size() * sizeof(float))
    throw std::runtime_error("The checkpoint has another size than this learner.");
  std::memcpy(numbers.data(), bytes.data(), head);
  const uint64_t* next = numbers.data();
  updates_ = *next++;
  for (const auto& adam : optimisers_) adam->restore(*next++);
  for (const auto& random : streams_) {
    const uint64_t key = *next++;
    random->restore({key, *next++});
  }
  saved_.copyFrom(reinterpret_cast<const float*>(bytes.data() + head));
  for (const Network& network : networks_) network.mlp->loaded();
}

void foldNormalisation(LayerValues& layer, const float* shift, const float* scale) {
  for (int o = 0; o < layer.outputs; ++o) {
    double bias = layer.bias[o];
    for (int i = 0; i < layer.inputs; ++i) {
      float& weight = layer.weight[static_cast<size_t>(o) * layer.inputs + i];
      bias -= double{weight} * scale[i] * shift[i];
      weight *= scale[i];
    }
    layer.bias[o] = static_cast<float>(bias);
  }
}

}  // namespace forager
