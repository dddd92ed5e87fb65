#pragma once
// The arm's description as arm-numbers.ts writes it: lines `name count numbers...`.
#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "arm/arm_types.h"

namespace forager {

using Numbers = std::map<std::string, std::vector<double>>;

inline Numbers readNumbers(std::istream& in) {
  Numbers out;
  std::string name;
  size_t count = 0;
  while (in >> name >> count) {
    auto& values = out[name];
    values.resize(count);
    for (double& value : values) in >> value;
  }
  return out;
}

template <size_t N>
std::array<double, N> vectorOf(const Numbers& numbers, const char* name) {
  const auto& values = numbers.at(name);
  if (values.size() != N) throw std::runtime_error(std::string(name) + " has a wrong length");
  std::array<double, N> out{};
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

inline ArmModel modelOf(const Numbers& numbers) {
  ArmModel model;
  const auto dh = vectorOf<21>(numbers, "dh");
  for (int i = 0; i < kJoints; i++) model.dh[i] = {dh[3 * i], dh[3 * i + 1], dh[3 * i + 2]};
  model.flangeOffset = vectorOf<1>(numbers, "flangeOffset")[0];
  model.handYaw = vectorOf<1>(numbers, "handYaw")[0];
  model.toolOffset = vectorOf<1>(numbers, "toolOffset")[0];
  model.home = vectorOf<7>(numbers, "home");
  model.qMin = vectorOf<7>(numbers, "qMin");
  model.qMax = vectorOf<7>(numbers, "qMax");
  model.velocity = vectorOf<7>(numbers, "velocity");
  model.acceleration = vectorOf<7>(numbers, "acceleration");
  model.jerk = vectorOf<7>(numbers, "jerk");
  model.torque = vectorOf<7>(numbers, "torque");
  const auto& capsules = numbers.at("capsules");
  for (size_t i = 0; i + 6 < capsules.size(); i += 7)
    model.capsules.push_back({static_cast<int>(capsules[i]), {capsules[i + 1], capsules[i + 2], capsules[i + 3]},
                              static_cast<int>(capsules[i + 4]), capsules[i + 5], capsules[i + 6]});
  const auto pairs = [&](const char* name, auto& into) {
    const auto& links = numbers.at(name);
    for (size_t i = 0; i + 1 < links.size(); i += 2) into.push_back({static_cast<int>(links[i]), static_cast<int>(links[i + 1])});
  };
  pairs("collisionPairs", model.collisionPairs);
  pairs("closePairs", model.closePairs);
  for (const SafetyLimit& limit : safetyLimits()) {
    const auto& values = numbers.at(std::string("supervisor.") + limit.name);
    const std::span<double> into = limit.values(model.supervisor);
    if (values.size() != into.size()) throw std::runtime_error(std::string(limit.name) + " has a wrong length");
    std::copy(values.begin(), values.end(), into.begin());
  }
  return model;
}

}  // namespace forager
