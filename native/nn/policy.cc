#include "nn/policy.h"

#include <stdexcept>

#include "nn/bcq_policy.h"
#include "nn/noisy_policy.h"
#include "nn/policy_network.h"

namespace forager {

namespace {

const std::vector<LayerValues>& networkOf(const PolicyParts& parts, const char* name) {
  for (const auto& [key, layers] : parts.networks)
    if (key == name) return layers;
  throw std::invalid_argument("This policy has no network \"" + std::string(name) + "\".");
}

}  // namespace

std::unique_ptr<Policy> makePolicy(const PolicyParts& parts) {
  if (!parts.sampler) return std::make_unique<PolicyNetwork>(networkOf(parts, "actor"));
  if (const auto* noise = std::get_if<NoiseSampler>(&*parts.sampler))
    return std::make_unique<NoisyPolicy>(networkOf(parts, "actor"), *noise);
  return std::make_unique<BcqPolicy>(networkOf(parts, "decoder"), networkOf(parts, "perturbation"),
                                     networkOf(parts, "critic"), std::get<BcqSampler>(*parts.sampler));
}

}  // namespace forager
