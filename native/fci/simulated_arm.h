#pragma once
#include <cstdint>

#include "arm/arm_types.h"

namespace forager {

// The robot's side at 1 kHz, with the robot's own rules (limits, start and end at rest, 20 lost commands, reflexes).
// Knows nothing of the supervisor: its checks are a second opinion. Same seed and calls give the same states, bit for bit.
class SimulatedArmCore {
 public:
  // How the last Move ended; the server turns it into the Move reply.
  enum class MoveEnd : uint8_t { none, finished, preempted, reflex, userStop };
  struct Violations {
    uint64_t position = 0, velocity = 0, acceleration = 0, jerk = 0;
  };

  // Stands at model.home unless set otherwise.
  SimulatedArmCore(const ArmModel& model, uint64_t seed);
  void place(const JointVector& q);  // only while idle: puts the arm somewhere, at rest

  const ArmState& state() const { return state_; }

  // Starts a Move (joint impedance, joint velocity); the state shows it after the next tick.
  // False: not possible in this mode (status 3).
  bool startMove();
  // StopMove: the robot brakes by itself and the Move ends as preempted. False: no Move runs.
  bool stopMove();
  // One millisecond. dq: the command answering state(), or null when none came in time (constant-acceleration
  // extrapolation; 20 in a row = reflex 25). `finished`: motion_generation_finished of that command.
  void tick(const JointVector* dq, bool finished);
  // Returns once how a Move ended, then none.
  MoveEnd takeMoveEnd();
  bool moving() const { return moving_; }  // a Move runs

  // AutomaticErrorRecovery: takes kRecoveryMs ticks, mode 6 meanwhile. False: not possible (Move runs, user stop pressed).
  bool startRecovery();
  bool recovering() const { return recoveryLeft_ > 0; }
  static constexpr int kRecoveryMs = 600;

  // Faults and disturbances.
  void raiseReflex(int error_index);
  void pressUserStop();
  void releaseUserStop();  // idle again, but Move is refused until a recovery
  void setExternalTorque(const JointVector& torque) { externalTorque_ = torque; }  // Nm, added to the estimate
  void setMeasuredSpeed(const JointVector& offset) { speedOffset_ = offset; }  // rad/s, added to the measured one
  void setLoad(const JointVector& torque) { load_ = torque; }  // Nm, added to the measured torque
  void setWrench(const std::array<double, 6>& wrench) { state_.wrench = wrench; }
  void raiseErrorFlag(int error_index) { state_.errors[error_index] = true; }  // without a reflex
  void setPushed(const JointVector& offset) { pushed_ = offset; }  // rad, a contact that holds q away from q_d

  const Violations& violations() const { return violations_; }

 private:
  void command(const JointVector& dq, bool finished);
  void extrapolate();
  bool withinLimits(const JointVector& dq);
  void integrate(const JointVector& dq);
  void brakeAlone();
  void abort(MoveEnd how, uint8_t mode);
  void countCommand(bool in_time);
  void measure();

  ArmModel model_;
  ArmState state_;
  Violations violations_;
  JointVector joints_{};  // where the joints are: q_d through the lag of the joint controllers
  JointVector externalTorque_{}, pushed_{}, speedOffset_{}, load_{};
  uint64_t random_;
  std::array<uint64_t, 2> window_{};  // one bit per command of the last 100: it came in time
  int windowCount_ = 0;
  int dropped_ = 0;       // in a row
  int recoveryLeft_ = 0;  // ms
  bool moving_ = false;   // a Move runs
  bool spoken_ = false;   // its first command has come
  bool userStop_ = false, needsRecovery_ = false;
  MoveEnd ended_ = MoveEnd::none;
};

}  // namespace forager
