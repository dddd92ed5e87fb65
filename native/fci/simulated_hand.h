#pragma once
// The simulated Hand: two fingers, an object that may lie between them, and the rules of its service.
#include <optional>

#include "fci/gripper_wire.h"

namespace forager::fci {

class SimulatedHand {
 public:
  // objectWidth in m; nothing: the fingers meet nothing.
  explicit SimulatedHand(std::optional<double> objectWidth) : object_(objectWidth) {}

  const GripperState& state() const { return state_; }
  bool busy() const { return job_ != Job::none; }

  // Begins a command. False: refused as it stands (another one runs, not homed, a number out of range).
  bool begin(GripperCommand command, const GripperTask& task);
  // Ends the running command as aborted. False: none runs.
  bool stop();
  // `seconds` pass.
  void tick(double seconds);
  // Returns once how a command ended, then nothing.
  std::optional<GripperStatus> takeEnd();

 private:
  enum class Job : uint8_t { none, homingClose, homingOpen, move, grasp, reopen };

  bool valid(GripperCommand command, const GripperTask& task) const;
  // Moves the fingers towards `width`; true when they are there or an object keeps them.
  bool approach(double width, double seconds);
  void finish(GripperStatus status);
  void finishGrasp();

  std::optional<double> object_;
  GripperState state_{0, 0.04, 0, false, 30};
  Job job_ = Job::none;
  GripperTask task_;
  std::optional<GripperStatus> end_;
};

}  // namespace forager::fci
