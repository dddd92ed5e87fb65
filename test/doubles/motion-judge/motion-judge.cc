#include "motion-judge.h"

#include <algorithm>
#include <cmath>

namespace judge {

namespace {

constexpr double kMs = 0.001;
constexpr double kPi = 3.14159265358979323846;
constexpr size_t kMostBreaches = 100;

// --- tables of the robot ---

constexpr Joints kHigh = {2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973};
constexpr Joints kLow = {-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973};
constexpr Joints kVelocity = {2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61};
constexpr Joints kAcceleration = {15, 7.5, 10, 12.5, 15, 20, 20};
constexpr Joints kJerk = {7500, 3750, 5000, 6250, 7500, 10000, 10000};
constexpr double kShare = 0.5;         // of them that the shaper may use
constexpr double kRounding = 1.01;     // of accelerations and jerks, when the last sample comes to rest
constexpr double kNoise = 1e-7;        // rad, rad/s: of the record's own arithmetic
constexpr double kTouch = 1e-5;        // m and rad: what counts as on the limit

struct Link {
  double a, d, alpha;
};
constexpr std::array<Link, kJoints> kLinks = {{{0, 0.333, 0},
                                               {0, 0, -kPi / 2},
                                               {0, 0.316, kPi / 2},
                                               {0.0825, 0, kPi / 2},
                                               {-0.0825, 0.384, -kPi / 2},
                                               {0, 0, kPi / 2},
                                               {0.088, 0, kPi / 2}}};
constexpr double kTipAside = 0.055, kTipAlong = 0.112;  // of an open finger, in the hand's frame
constexpr double kFlange = 0.107, kHandYaw = -kPi / 4, kTool = 0.1034;

enum Body { base, shoulder, shoulderJoint, upperArm, elbowBody, forearm, wristBody, flangeBody, hand, kBodies };
struct Shape {
  Body body;
  Point middle;
  char axis;
  double radius, length;
};
constexpr std::array<Shape, 12> kShapes = {{{base, {-0.075, 0, 0.06}, 'x', 0.06, 0.03},
                                            {shoulder, {0, 0, -0.1915}, 'z', 0.06, 0.283},
                                            {shoulderJoint, {0, 0, 0}, 'z', 0.06, 0.12},
                                            {upperArm, {0, 0, -0.145}, 'z', 0.06, 0.15},
                                            {elbowBody, {0, 0, 0}, 'z', 0.06, 0.12},
                                            {forearm, {0, 0, -0.26}, 'z', 0.06, 0.10},
                                            {forearm, {0, 0.08, -0.13}, 'z', 0.025, 0.14},
                                            {wristBody, {0, 0, -0.03}, 'z', 0.05, 0.08},
                                            {flangeBody, {0, 0, 0.01}, 'z', 0.04, 0.14},
                                            {flangeBody, {0.06, 0, 0.082}, 'x', 0.03, 0.01},
                                            {hand, {0, 0, 0.04}, 'y', 0.04, 0.10},
                                            {hand, {0, 0, 0.10}, 'y', 0.02, 0.10}}};

// Bodies that can come together within the ranges of the joints.
bool canMeet(Body a, Body b) {
  if (a <= shoulderJoint) return b == forearm || b == wristBody || b == flangeBody || b == hand;
  if (a == upperArm) return b == forearm || b == flangeBody || b == hand;
  return a == forearm && (b == flangeBody || b == hand);
}

// --- geometry ---

Point operator+(const Point& a, const Point& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
Point operator-(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
Point operator*(double s, const Point& a) { return {s * a[0], s * a[1], s * a[2]}; }
double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double length(const Point& a) { return std::sqrt(dot(a, a)); }

// A frame by its origin and its three axes.
struct Frame {
  Point x{1, 0, 0}, y{0, 1, 0}, z{0, 0, 1}, origin{};

  Point at(const Point& p) const { return origin + p[0] * x + p[1] * y + p[2] * z; }
  void move(const Point& p) { origin = at(p); }
  void turnAboutX(double angle) {
    const Point y0 = y, z0 = z;
    y = std::cos(angle) * y0 + std::sin(angle) * z0;
    z = std::cos(angle) * z0 - std::sin(angle) * y0;
  }
  void turnAboutZ(double angle) {
    const Point x0 = x, y0 = y;
    x = std::cos(angle) * x0 + std::sin(angle) * y0;
    y = std::cos(angle) * y0 - std::sin(angle) * x0;
  }
};

struct Placed {
  std::array<Frame, kBodies> body;
  Point tool;
};

Placed place(const Joints& q) {
  Placed out;
  Frame frame;
  for (int i = 0; i < kJoints; i++) {
    frame.turnAboutX(kLinks[i].alpha);
    frame.move({kLinks[i].a, 0, 0});
    frame.turnAboutZ(q[i]);
    frame.move({0, 0, kLinks[i].d});
    out.body[i + 1] = frame;
  }
  frame.move({0, 0, kFlange});
  frame.turnAboutZ(kHandYaw);
  out.body[hand] = frame;
  out.tool = frame.at({0, 0, kTool});
  // The vendor gives the capsules of link 7 in a frame turned by 45 degrees.
  out.body[flangeBody].turnAboutZ(kPi / 4);
  return out;
}

struct Segment {
  Point from, to;
};

double pointToSegment(const Point& p, const Segment& s) {
  const Point along = s.to - s.from;
  const double t = std::clamp(dot(p - s.from, along) / dot(along, along), 0.0, 1.0);
  return length(p - (s.from + t * along));
}

// The least of the four distances of an end to the other segment, and of the two lines where both feet lie inside.
double between(const Segment& a, const Segment& b) {
  double least = std::min({pointToSegment(a.from, b), pointToSegment(a.to, b), pointToSegment(b.from, a), pointToSegment(b.to, a)});
  const Point u = a.to - a.from, v = b.to - b.from, w = b.from - a.from;
  const double uu = dot(u, u), uv = dot(u, v), vv = dot(v, v), square = uu * vv - uv * uv;
  if (square < 1e-14) return least;
  const double s = (dot(w, u) * vv - dot(w, v) * uv) / square, t = (dot(w, u) * uv - dot(w, v) * uu) / square;
  if (s >= 0 && s <= 1 && t >= 0 && t <= 1) least = std::min(least, length(w + t * v - s * u));
  return least;
}

double insideBox(const Point& p, const Point& low, const Point& high) {
  double least = 1e9;
  for (int k = 0; k < 3; k++) least = std::min({least, p[k] - low[k], high[k] - p[k]});
  return least;
}

}  // namespace

const char* limitName(Limit limit) {
  static constexpr const char* kNames[] = {"range", "velocity", "acceleration", "jerk",      "margin",    "box",
                                           "body",  "floor",    "self",         "toolSpeed", "bodySpeed", "record"};
  return kNames[static_cast<int>(limit)];
}

Pose judgePose(const Joints& q, const Rules& rules) {
  const Placed placed = place(q);
  Pose out;
  out.margin = out.floor = out.self = 1e9;
  for (int i = 0; i < kJoints; i++) out.margin = std::min({out.margin, q[i] - kLow[i], kHigh[i] - q[i]});
  out.tool = placed.tool;
  out.elbow = placed.body[elbowBody].origin;
  out.wrist = placed.body[wristBody].origin;
  out.box = insideBox(out.tool, rules.boxMin, rules.boxMax);
  out.body = 1e9;
  for (const Point& point : {out.elbow, out.wrist, placed.body[hand].at({0, kTipAside, kTipAlong}), placed.body[hand].at({0, -kTipAside, kTipAlong})})
    out.body = std::min(out.body, insideBox(point, rules.bodyMin, rules.bodyMax));
  std::array<Segment, kShapes.size()> segments;
  for (size_t i = 0; i < kShapes.size(); i++) {
    const Shape& shape = kShapes[i];
    Point half{};
    half[static_cast<size_t>(shape.axis - 'x')] = shape.length / 2;
    segments[i] = {placed.body[shape.body].at(shape.middle - half), placed.body[shape.body].at(shape.middle + half)};
    if (shape.body < elbowBody) continue;
    out.floor = std::min(out.floor, std::min(segments[i].from[2], segments[i].to[2]) - shape.radius);
  }
  for (size_t i = 0; i < kShapes.size(); i++)
    for (size_t j = i + 1; j < kShapes.size(); j++)
      if (canMeet(kShapes[i].body, kShapes[j].body))
        out.self = std::min(out.self, between(segments[i], segments[j]) - kShapes[i].radius - kShapes[j].radius);
  return out;
}

void MotionJudge::begin(const Joints& q) {
  q_ = q;
  dq_ = ddq_ = {};
  pose_ = judgePose(q, rules_);
  millisecond_ = 0;
}

void MotionJudge::rate(Limit limit, double value, double allowed) {
  double& worst = worst_[static_cast<size_t>(limit)];
  worst = std::max(worst, value / allowed);
  if (!(value <= allowed) && breaches_.size() < kMostBreaches) breaches_.push_back({limit, millisecond_, value, allowed});
}

void MotionJudge::distance(Limit limit, double value, double needed) {
  double& worst = worst_[static_cast<size_t>(limit)];
  worst = std::max(worst, needed - value);
  if (!(value >= needed - kTouch) && breaches_.size() < kMostBreaches) breaches_.push_back({limit, millisecond_, value, needed});
}

void MotionJudge::sample(const Joints& q, const Joints& dq, const Joints& ddq, Driver driver) {
  millisecond_++;
  for (int i = 0; i < kJoints; i++) {
    const double a = (dq[i] - dq_[i]) / kMs, j = (a - ddq_[i]) / kMs;
    const double mostA = std::min(rules_.acceleration, kShare * kAcceleration[i]);
    const double mostJ = std::min(rules_.jerk, kShare * kJerk[i]);
    distance(Limit::range, std::min(q[i] - kLow[i], kHigh[i] - q[i]), 0);
    rate(Limit::velocity, std::abs(dq[i]), std::min(rules_.velocity, kVelocity[i]) + kNoise);
    if (driver == Driver::station) {
      rate(Limit::acceleration, std::abs(a), kRounding * mostA);
      rate(Limit::jerk, std::abs(j), kRounding * mostJ);
    }
    // The record must agree with itself: velocity is the change of position, acceleration that of velocity.
    rate(Limit::record, std::abs((q[i] - q_[i]) - kMs * dq[i]) + kMs * kMs * std::abs(ddq[i] - a) * (dq[i] == 0 ? 0 : 1), kNoise);
    ddq_[i] = a;
  }
  const Pose now = judgePose(q, rules_);
  distance(Limit::margin, now.margin, rules_.jointMargin);
  distance(Limit::box, now.box, 0);
  distance(Limit::body, now.body, 0);
  distance(Limit::floor, now.floor, rules_.floor);
  distance(Limit::self, now.self, rules_.self);
  rate(Limit::toolSpeed, length(now.tool - pose_.tool) / kMs, rules_.toolSpeed);
  rate(Limit::bodySpeed, std::max(length(now.elbow - pose_.elbow), length(now.wrist - pose_.wrist)) / kMs, rules_.toolSpeed);
  q_ = q;
  dq_ = dq;
  pose_ = now;
}

double MotionJudge::speed() const {
  double out = 0;
  for (const double v : dq_) out = std::max(out, std::abs(v));
  return out;
}

}  // namespace judge
