#include "learn/learner.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace forager {

RandomStream& Learner::stream(std::string_view name) {
  streams_.push_back(std::make_unique<RandomStream>(seed_, name));
  return *streams_.back();
}

Mlp& Learner::network(const std::string& name, const std::vector<int>& sizes, Activation output, bool trained) {
  networks_.emplace_back(name, std::make_unique<Mlp>(saved_, scratch_, sizes, output, trained));
  return *networks_.back().second;
}

Adam& Learner::optimiser(double learningRate) {
  optimisers_.push_back(std::make_unique<Adam>(learningRate));
  return *optimisers_.back();
}

std::vector<std::pair<std::string, std::vector<LayerValues>>> Learner::networks() const {
  std::vector<std::pair<std::string, std::vector<LayerValues>>> out;
  for (const auto& [name, mlp] : networks_) out.emplace_back(name, mlp->values());
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
  for (const auto& [name, mlp] : networks_) mlp->loaded();
}

bool Learner::finite() const {
  std::vector<float> all(saved_.size());
  saved_.copyTo(all.data());
  for (float value : all)
    if (!std::isfinite(value)) return false;
  return true;
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
