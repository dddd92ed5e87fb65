#pragma once
// Judges a motion by what the robot has recorded of it, millisecond by millisecond. Shares no code and no table with the
// supervisor: kinematics, capsules, pairs and the robot's limits are written here a second time, from the published
// tables (modified DH rows, coarse capsules of the vendor's description, limits of the joints). SI units, base frame.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace judge {

inline constexpr int kJoints = 7;
using Joints = std::array<double, kJoints>;
using Point = std::array<double, 3>;

// What must hold beyond the robot's own limits: the settings of the supervisor under test.
struct Rules {
  double velocity = 0, acceleration = 0, jerk = 0;  // every joint; never over half of the robot's own
  double jointMargin = 0;                           // rad to the end of each joint's range
  Point boxMin{}, boxMax{};                         // tool tip
  Point bodyMin{}, bodyMax{};                       // elbow, wrist and fingertips
  double floor = 0, self = 0;                       // m that stay free
  double toolSpeed = 0;                             // m/s of tool tip, elbow and wrist
};

// What one millisecond may break, in the order of the report.
enum class Limit { range, velocity, acceleration, jerk, margin, box, body, floor, self, toolSpeed, bodySpeed, record, kCount };
inline constexpr int kLimits = static_cast<int>(Limit::kCount);
const char* limitName(Limit limit);

// Distances of one pose; negative = beyond.
struct Pose {
  double margin = 0;  // rad
  double box = 0, body = 0, floor = 0, self = 0;
  Point tool{}, elbow{}, wrist{};
};
Pose judgePose(const Joints& q, const Rules& rules);

struct Breach {
  Limit limit;
  uint64_t millisecond;
  double value, allowed;
};

class MotionJudge {
 public:
  explicit MotionJudge(const Rules& rules) : rules_(rules) { worst_.fill(-1e9); }

  // Who moves the arm. What the robot does by itself, braking after a reflex, counts by its distances and its speed only.
  enum class Driver : uint8_t { station, robot };

  // A motion begins here, at rest.
  void begin(const Joints& q);
  // The robot's record of the next millisecond: desired position, velocity and acceleration.
  void sample(const Joints& q, const Joints& dq, const Joints& ddq, Driver driver = Driver::station);

  const std::vector<Breach>& breaches() const { return breaches_; }
  // Largest value / allowed for rates, smallest distance with its sign turned for distances; over all motions.
  double worst(Limit limit) const { return worst_[static_cast<size_t>(limit)]; }
  double speed() const;  // fastest joint of the newest millisecond, rad/s

 private:
  void rate(Limit limit, double value, double allowed);
  void distance(Limit limit, double value, double needed);

  const Rules rules_;
  std::vector<Breach> breaches_;
  std::array<double, kLimits> worst_;
  Joints q_{}, dq_{}, ddq_{};
  Pose pose_;
  uint64_t millisecond_ = 0;
};

}  // namespace judge
