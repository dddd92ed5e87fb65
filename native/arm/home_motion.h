#pragma once
#include "arm/controller.h"
#include "arm/shaper.h"

namespace forager {

// Runs along a HomePath: straight piece after straight piece, at rest between them, all joints together. The way along a
// piece is one axis with the tightest joint's limits, so every joint keeps its own.
class HomeMotion {
 public:
  explicit HomeMotion(const ArmModel& model);

  void begin(const HomePath& path);
  bool done() const { return piece_ >= path_.count - 1; }
  // The joints' velocities at full speed along the present piece, rad/s. Not when done().
  JointVector fullSpeed() const;
  // Velocity answering `state`, and the pose in which the arm would rest if it braked right after. Not when done().
  // `scale` 0..1 of the full speed.
  JointVector next(const ArmState& state, double scale, JointVector& rest);

 private:
  void enterPiece();

  const ArmModel model_;
  std::array<AxisShaper, kJoints> joints_;
  HomePath path_{};
  AxisShaper axis_;         // of the fraction 0..1 along the piece
  JointVector direction_{};  // whole piece, rad
  double length_ = 0;       // rad, of the joint that turns most
  double square_ = 0;       // rad2, of all joints
  double fastest_ = 0;      // 1/s
  int piece_ = 0;
};

}  // namespace forager
