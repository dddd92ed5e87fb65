#include "arm/supervisor.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

inline constexpr double kDt = 0.001;
inline constexpr double kCreep = 0.2;         // slowest scale: the arm still reaches the margin and the episode ends
inline constexpr double kGuard = 5e-4;        // m; covers what lies between two poses looked at on the way to rest
inline constexpr double kBend = 0.25;         // of the whole way: most that it leaves the line between its ends
inline constexpr int kWayCycles = 8;          // between two poses looked at
inline constexpr int kLongestWay = 400;       // cycles
inline constexpr double kResting = 1e-4;      // rad/s
inline constexpr double kJointGuard = 1e-4;   // rad
inline constexpr int kLongestSkip = 10;       // cycles
inline constexpr double kApproachS = 0.02;    // s, look-ahead that tells approaching from leaving

double slowing(double distance, double stop, double slow) {
  return std::clamp((distance - stop) / (slow - stop), kCreep, 1.0);
}

}  // namespace

SafeSpace::SafeSpace(const ArmModel& model) : model_(model), kinematics_(model), collision_(model) {
  for (double reach : collision_.reach()) totalReach_ += reach;
}

Nearness SafeSpace::near(const JointVector& q, Frames& frames, double ceiling) const {
  Nearness out;
  for (int i = 0; i < kJoints; i++) {
    const double distance = std::min(q[i] - model_.qMin[i], model_.qMax[i] - q[i]);
    if (distance < out.joint) {
      out.joint = distance;
      out.jointNumber = i + 1;
    }
  }
  kinematics_.frames(q, frames);
  walls(frames, out);
  const Clearance floor = collision_.floor(frames);
  out.floor = floor.distance;
  out.floorLink = floor.linkA;
  const Clearance apart = collision_.nearestApart(frames, ceiling), close = collision_.nearestClose(frames);
  const Clearance& self = close.distance < apart.distance ? close : apart;
  out.apart = apart.distance;
  out.closePair = close.distance;
  out.self = self.distance;
  out.linkA = self.linkA;
  out.linkB = self.linkB;
  return out;
}

void SafeSpace::walls(const Frames& frames, Nearness& out) const {
  static constexpr Wall kLow[3] = {Wall::back, Wall::right, Wall::floor};
  static constexpr Wall kHigh[3] = {Wall::front, Wall::left, Wall::top};
  for (int k = 0; k < 3; k++) {
    const double low = frames.tool[k] - model_.supervisor.boxMin[k];
    const double high = model_.supervisor.boxMax[k] - frames.tool[k];
    if (low < out.box) {
      out.box = low;
      out.wall = kLow[k];
    }
    if (high < out.box) {
      out.box = high;
      out.wall = kHigh[k];
    }
  }
  for (const auto& [link, at] : kBodyPoints) {
    const Vector3 point = frames.link[link].apply(at);
    for (int k = 0; k < 3; k++) {
      const double low = point[k] - model_.supervisor.bodyBoxMin[k], high = model_.supervisor.bodyBoxMax[k] - point[k];
      if (std::min(low, high) >= out.body) continue;
      out.body = std::min(low, high);
      out.bodyWall = low < high ? kLow[k] : kHigh[k];
      out.bodyLink = link;
    }
  }
}

StopCause SafeSpace::breach(const Nearness& near, const Margins& margins) const {
  StopCause cause;
  const double joint = near.joint - margins.joint, box = near.box - margins.box, body = near.body - margins.box, floor = near.floor - margins.floor,
               self = near.self - margins.self;
  const double worst = std::min({joint, box, body, floor, self});
  if (worst >= 0) return cause;
  if (worst == joint) {
    cause.kind = StopKind::jointMargin;
    cause.rule = 9;
    cause.joint = static_cast<uint8_t>(near.jointNumber);
    cause.value = near.joint;
    cause.limit = margins.joint;
  } else if (worst == box) {
    cause.kind = StopKind::workspaceBox;
    cause.rule = 14;
    cause.wall = near.wall;
    cause.value = near.box;
    cause.limit = margins.box;
  } else if (worst == body) {
    cause.kind = StopKind::workspaceBox;
    cause.rule = 14;
    cause.wall = near.bodyWall;
    cause.linkA = static_cast<int8_t>(near.bodyLink);
    cause.value = near.body;
    cause.limit = margins.box;
  } else if (worst == floor) {
    cause.kind = StopKind::floor;
    cause.rule = 15;
    cause.linkA = static_cast<int8_t>(near.floorLink);
    cause.value = near.floor;
    cause.limit = margins.floor;
  } else {
    cause.kind = StopKind::selfCollision;
    cause.rule = 16;
    cause.linkA = static_cast<int8_t>(near.linkA);
    cause.linkB = static_cast<int8_t>(near.linkB);
    cause.value = near.self;
    cause.limit = margins.self;
  }
  return cause;
}

Margins SafeSpace::stopMargins() const {
  const SupervisorLimits& l = model_.supervisor;
  return {l.jointMarginStop, 0, l.floorStop, l.collisionStop, l.collisionStop};
}

Margins SafeSpace::slowMargins() const {
  const SupervisorLimits& l = model_.supervisor;
  return {l.jointMarginSlow, l.boxSlow, l.floorSlow, l.collisionSlow, l.closePairSlow};
}

Supervisor::Supervisor(const SafeSpace& space)
    : space_(space), shapers_(makeShapers(space.model())), points_(space.kinematics()) {
  const double clip = space.model().supervisor.velocityClip;
  for (int i = 0; i < kJoints; i++) {
    const double acceleration = shapers_[i].acceleration(), ramp = acceleration / (shapers_[i].jerkStep() / kDt);
    longestStop_[i] = shapers_[i].stopTravelBound(clip, acceleration);
    // In one cycle the rest pose moves by the way done, by what the changed speed adds to the stop (its duration times
    // the change), and by what the changed acceleration adds; a tenth more for the discrete steps.
    const double stopTime = clip / acceleration + 2 * ramp;
    const double drift = kDt * clip + stopTime * acceleration * kDt + stopTime * ramp * shapers_[i].jerkStep();
    driftPerCycle_ += 1.1 * drift * space.collision().reach()[i];
  }
  reset(space.stopMargins());
}

void Supervisor::reset(const Margins& margins) {
  margins_ = margins;
  slowMargins_ = space_.slowMargins();
  spaceScale_ = 1;
  speed_ = {};
  skip_ = speedIn_ = 0;
  slowedBy_ = 0;
}

bool Supervisor::allows(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target,
                        StopCause* cause) {
  if (!jointsAllowed(q, v, a, cause)) return false;
  lookAtSpeed(q, v, a, target);
  if (skip_ > 0) {
    skip_--;
    return true;
  }
  JointVector rest;
  double way = 0;  // m, most that any point moves until then
  for (int i = 0; i < kJoints; i++) {
    rest[i] = q[i] + shapers_[i].stopTravel(v[i], a[i]);
    way += space_.collision().reach()[i] * shapers_[i].stopTravelBound(v[i], a[i]);
  }
  if (!judge(rest, way, cause) || !wayIsClear(q, v, a, way, cause)) return false;
  skipCycles();
  slowedBy_ = 0;
  spaceScale_ = scaleFor(q, rest, target);
  return true;
}

bool Supervisor::allowsRest(const JointVector& rest, StopCause* cause) {
  if (skip_ > 0) {
    skip_--;
    return true;
  }
  if (!judge(rest, 0, cause)) return false;
  skipCycles();
  return true;
}

double Supervisor::speedScale(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target) {
  lookAtSpeed(q, v, a, target);
  return speed_.scale;
}

// Rows 12, 13 and 21. The arm turns by less than a degree between two looks.
void Supervisor::lookAtSpeed(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target) {
  if (speedIn_-- > 0) return;
  speedIn_ = PointSpeeds::kCycles - 1;
  speed_ = points_.judge(q, v, a, target, space_.limits());
}

bool Supervisor::jointsAllowed(const JointVector& q, const JointVector& v, const JointVector& a,
                               StopCause* cause) const {
  const ArmModel& model = space_.model();
  for (int i = 0; i < kJoints; i++) {
    const double margin = margins_.joint + kJointGuard;
    const double low = q[i] - model.qMin[i] - margin, high = model.qMax[i] - q[i] - margin;
    // Faster than the clip only where the robot carried a lost command on.
    if (std::min(low, high) > longestStop_[i] && std::abs(v[i]) <= model.supervisor.velocityClip) continue;
    const double travel = shapers_[i].stopTravel(v[i], a[i]);
    if (low + travel >= 0 && high - travel >= 0) continue;
    cause->kind = StopKind::jointMargin;
    cause->rule = 9;
    cause->joint = static_cast<uint8_t>(i + 1);
    cause->value = std::min(low + travel, high - travel) + margins_.joint;
    cause->limit = margins_.joint;
    return false;
  }
  return true;
}

bool Supervisor::judge(const JointVector& rest, double way, StopCause* cause) {
  // Far pairs need no exact distance: beyond the slow margin, the way and a skip's worth of drift nothing depends on it.
  ceiling_ = slowMargins_.self + way + kLongestSkip * driftPerCycle_;
  near_ = space_.near(rest, frames_, ceiling_);
  slack_ = slackOf(near_);
  return !breached(near_, cause);
}

// Looks at the way only where it may come near: far from every margin nothing on it can, and where both ends have more
// room than it can bend neither.
bool Supervisor::wayIsClear(const JointVector& q, const JointVector& v, const JointVector& a, double way, StopCause* cause) {
  if (slack_ > way) {
    slack_ -= way;
    return true;
  }
  Frames frames;
  slack_ = std::min(slack_, slackOf(space_.near(q, frames, ceiling_)));
  if (slack_ > kBend * way) {
    slack_ -= kBend * way;
    return true;
  }
  JointVector at = q, speed = v, acceleration = a;
  bool moves = true;
  for (int n = 1; moves && n <= kLongestWay; n++) {
    moves = false;
    for (int i = 0; i < kJoints; i++) {
      acceleration[i] = shapers_[i].nextAcceleration(0, speed[i], acceleration[i]);
      speed[i] += acceleration[i] * kDt;
      at[i] += speed[i] * kDt;
      moves |= std::abs(speed[i]) > kResting;
    }
    if (n % kWayCycles != 0) continue;
    const Nearness near = space_.near(at, frames, ceiling_);
    slack_ = std::min(slack_, slackOf(near));
    if (breached(near, cause)) return false;
  }
  return true;
}

bool Supervisor::breached(const Nearness& near, StopCause* cause) const {
  const StopCause found = space_.breach(near, {margins_.joint - kJointGuard, margins_.box + kGuard, margins_.floor + kGuard,
                                               margins_.self + kGuard, 0});
  if (found.kind == StopKind::none) return false;
  *cause = found;
  // Said without the guard: what may be reached on the way counts as reached.
  const double guard = found.kind == StopKind::jointMargin ? -kJointGuard : kGuard;
  cause->value -= guard;
  cause->limit -= guard;
  return true;
}

// Room of a pose, as far as any point may move; close pairs move less against each other.
double Supervisor::slackOf(const Nearness& near) const {
  const double close = space_.totalReach() / space_.collision().closeReach();
  return std::min({near.walls() - margins_.box - kGuard, near.floor - margins_.floor - kGuard,
                   near.apart - margins_.self - kGuard, (near.closePair - margins_.self - kGuard) * close});
}

// Until the next judgement: so many cycles that nothing can have left its margin. A joint's angle counts with the whole
// reach, because driftPerCycle_ is the same drift in rad times that reach.
void Supervisor::skipCycles() {
  const double joint = (near_.joint - margins_.joint + kJointGuard) * space_.totalReach();
  skip_ = std::min(kLongestSkip, static_cast<int>(std::min(slack_, joint) / driftPerCycle_) - 1);
}

// One factor for all joints, so that the direction of the motion stays the policy's. Motion that leads away from a limit
// is not slowed.
double Supervisor::scaleFor(const JointVector& q, const JointVector& rest, const JointVector& target) {
  const ArmModel& model = space_.model();
  double scale = 1;
  const auto slow = [&](int row, double distance, double stop, double slowFrom) {
    scale = std::min(scale, slowing(distance, stop, slowFrom));
    slowedBy_ |= rowBit(row);
  };
  for (int i = 0; i < kJoints; i++) {
    const double distance = target[i] > 0 ? model.qMax[i] - q[i] : q[i] - model.qMin[i];
    if (target[i] != 0 && distance < slowMargins_.joint) slow(9, distance, margins_.joint, slowMargins_.joint);
  }
  if (near_.box < slowMargins_.box) {
    ToolJacobian jacobian;
    Kinematics::toolJacobian(frames_, jacobian);
    for (int k = 0; k < 3; k++) {
      double speed = 0;
      for (int i = 0; i < kJoints; i++) speed += jacobian[k][i] * target[i];
      const double distance = speed > 0 ? model.supervisor.boxMax[k] - frames_.tool[k]
                                        : frames_.tool[k] - model.supervisor.boxMin[k];
      if (speed != 0 && distance < slowMargins_.box) slow(14, distance, margins_.box, slowMargins_.box);
    }
  }
  const bool apart = near_.apart < slowMargins_.self, close = near_.closePair < slowMargins_.closePair,
             floor = near_.floor < slowMargins_.floor, body = near_.body < slowMargins_.box;
  if (!apart && !close && !floor && !body) return scale;
  JointVector ahead;
  for (int i = 0; i < kJoints; i++) ahead[i] = rest[i] + kApproachS * target[i];
  const Nearness then = space_.near(ahead, frames_, slowMargins_.self);
  if (apart && then.apart < near_.apart) slow(16, near_.apart, margins_.self, slowMargins_.self);
  if (close && then.closePair < near_.closePair) slow(16, near_.closePair, margins_.self, slowMargins_.closePair);
  if (floor && then.floor < near_.floor) slow(15, near_.floor, margins_.floor, slowMargins_.floor);
  if (body && then.body < near_.body) slow(14, near_.body, margins_.box, slowMargins_.box);
  return scale;
}

}  // namespace forager
