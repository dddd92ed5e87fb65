#pragma once
// The simulated robot under the real controller and supervisor, with an independent judge that looks at the robot's
// record of each millisecond. No time passes but the robot's own.
#include "adversary.h"
#include "arm/controller.h"
#include "fci/simulated_arm.h"
#include "motion-judge.h"

namespace forager {

inline constexpr double kStartRoom = 0.004;  // m and rad between a start pose and each limit

judge::Rules rulesOf(const SupervisorLimits& limits);
// What holds where states and commands get lost, up to `mostLost` ms in a row.
judge::Rules lossyRules(judge::Rules rules, const SupervisorLimits& limits, int mostLost);
// Whether a pose has kStartRoom to all limits.
bool clearOfLimits(const judge::Pose& pose, const judge::Rules& rules);
// A pose clear of all limits, anywhere in the ranges of the joints.
JointVector startPose(adversary::Random& random, const ArmModel& model, const judge::Rules& rules);

class JudgedArm {
 public:
  // Packets get lost now and then in the lossy link, though never so many in a row that the robot stops by itself.
  enum class Link : uint8_t { good, lossy };
  static constexpr int kMostLost = 15;  // ms in a row without a command that counts; 20 end in the robot's own reflex

  JudgedArm(const ArmModel& model, const JointVector& start, uint64_t seed, Link link, judge::MotionJudge& judge);

  // One millisecond of robot and controller, as over the wire.
  void millisecond();
  // For so many milliseconds from now on nothing arrives, neither states nor commands.
  void cut(int milliseconds) { cut_ = milliseconds; }
  // Motion that the robot brakes by itself, after a reflex or when told to, counts by its distances only: how hard it
  // brakes is its own affair.
  void allowOwnBrake() { ownBrake_ = true; }

  int64_t nowNs() const;
  bool standing() const { return controller_.standing() && !robot_.moving() && judge_.speed() < kResting; }
  bool rests() const { return judge_.speed() < kResting; }
  bool reflex() const { return robot_.state().robotMode == 4; }
  const JointVector& q() const { return robot_.state().qDesired; }

  SimulatedArmCore& robot() { return robot_; }
  ArmController& controller() { return controller_; }
  adversary::Random& random() { return random_; }

 private:
  static constexpr double kResting = 1e-3;  // rad/s

  bool losesState();
  bool losesCommand();

  SimulatedArmCore robot_;
  ArmController controller_;
  judge::MotionJudge& judge_;
  adversary::Random random_;
  const bool lossy_;
  bool ownBrake_ = false;
  Output out_;
  SimulatedArmCore::MoveEnd end_ = SimulatedArmCore::MoveEnd::none;  // of the newest Move
  int cut_ = 0, lost_ = 0, gap_ = 0, unanswered_ = 0;
  bool wantedMove_ = false;
};

}  // namespace forager
