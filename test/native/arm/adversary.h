#pragma once
// Policies that try to break a limit: what they ask of the arm, millisecond by millisecond. They know the arm's geometry
// as well as the judge does.
#include <array>
#include <cstdint>

#include "motion-judge.h"

namespace adversary {

// Reproducible numbers (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t bits();
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)
  double both() { return 2 * unit() - 1; }
  double sign() { return bits() & 1 ? 1 : -1; }
  int below(int count) { return static_cast<int>(unit() * count); }

 private:
  uint64_t state_;
};

enum class Kind {
  push,       // full speed one way
  flip,       // full speed back and forth
  walk,       // random walk
  wild,       // random numbers far out of range
  linear,     // random linear in q
  broken,     // NaN or infinity after a while
  silent,     // stops answering for a while or for good
  burst,      // many actions within one tick
  wall,       // aims the tool tip at a wall of its box
  bodyWall,   // aims elbow and wrist at a wall of theirs
  floor,      // aims the lowest point at the floor
  self,       // aims the bodies at each other
  range,      // aims one joint at the end of its range
  curve,      // aims at a wall, then turns some joints around while the others go on
  fast,       // as much tool speed as the joints can give, in changing directions
  kCount
};
const char* kindName(Kind kind);

class Policy {
 public:
  Policy(Kind kind, uint64_t seed, const judge::Rules& rules);

  // What happens in this millisecond; true when an action [-1, 1] was made.
  bool act(int millisecond, const judge::Joints& q, std::array<float, judge::kJoints>& action);

 private:
  double aim(const judge::Joints& q) const;
  void climb(const judge::Joints& q, std::array<float, judge::kJoints>& action);
  void choose(int millisecond, const judge::Joints& q, std::array<float, judge::kJoints>& action);

  const Kind kind_;
  const judge::Rules& rules_;
  Random random_;
  std::array<double, judge::kJoints> fixed_{};
  std::array<double, judge::kJoints * judge::kJoints> weights_{};
  judge::Point direction_{};
  int hold_ = 1, period_ = 50, turn_ = 0, silentFrom_ = 0, silentFor_ = 0, joint_ = 0;
};

}  // namespace adversary
