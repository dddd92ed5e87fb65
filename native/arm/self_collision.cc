#include "arm/self_collision.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

inline constexpr int kFirstFloorLink = 4;  // links 0..3 stand on the floor or cannot reach it

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Vector3 minus(const Vector3& a, const Vector3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double unit(double x) { return std::clamp(x, 0.0, 1.0); }

// Squared distance of segments [a0, a1] and [b0, b1]: minimise |a0 + s u - b0 - t v| over the unit square by solving
// the free problem for s, then the best t, then s again when t had to be clamped.
double segmentDistanceSquared(const Vector3& a0, const Vector3& a1, const Vector3& b0, const Vector3& b1) {
  const Vector3 u = minus(a1, a0), v = minus(b1, b0), w = minus(a0, b0);
  const double uu = dot(u, u), vv = dot(v, v), uv = dot(u, v), uw = dot(u, w), vw = dot(v, w);
  const double determinant = uu * vv - uv * uv;
  double s = determinant > 1e-12 * uu * vv ? unit((uv * vw - vv * uw) / determinant) : 0.0;
  double t = (uv * s + vw) / vv;
  if (t < 0) {
    t = 0;
    s = unit(-uw / uu);
  } else if (t > 1) {
    t = 1;
    s = unit((uv - uw) / uu);
  }
  const Vector3 d = {w[0] + s * u[0] - t * v[0], w[1] + s * u[1] - t * v[1], w[2] + s * u[2] - t * v[2]};
  return dot(d, d);
}

}  // namespace

SelfCollision::SelfCollision(const ArmModel& model) {
  for (const Capsule& capsule : model.capsules) {
    Vector3 from = capsule.center, to = capsule.center;
    from[capsule.axis] -= capsule.length / 2;
    to[capsule.axis] += capsule.length / 2;
    // The vendor gives link 7's set in a frame turned by +45 degrees about z.
    if (capsule.link == 7) {
      const double h = std::sqrt(0.5);
      from = {h * (from[0] - from[1]), h * (from[0] + from[1]), from[2]};
      to = {h * (to[0] - to[1]), h * (to[0] + to[1]), to[2]};
    }
    bodies_.push_back({capsule.link, from, to, capsule.radius});
  }
  const int count = static_cast<int>(bodies_.size());
  const auto bodyPairs = [&](const std::vector<std::array<int, 2>>& links, std::vector<Pair>& out) {
    for (const auto& pair : links)
      for (int a = 0; a < count; a++)
        for (int b = 0; b < count; b++)
          if (bodies_[a].link == pair[0] && bodies_[b].link == pair[1]) out.push_back({a, b});
  };
  std::vector<std::array<int, 2>> apart;
  for (const auto& pair : model.collisionPairs)
    if (std::find(model.closePairs.begin(), model.closePairs.end(), pair) == model.closePairs.end()) apart.push_back(pair);
  bodyPairs(apart, apart_);
  bodyPairs(model.closePairs, close_);

  // Farthest point from joint i's axis with the arm stretched out: the offsets behind it, plus the outermost body.
  double outer = 0;
  for (const Body& body : bodies_)
    if (body.link == kHandLink) outer = std::max(outer, std::hypot(body.to[0], body.to[1], body.to[2]) + body.radius);
  double length = model.flangeOffset + std::max(outer, model.toolOffset);
  for (int i = kJoints - 1; i >= 0; i--) {
    reach_[i] = length;
    length += std::hypot(model.dh[i].a, model.dh[i].d);
  }
  for (const Pair& pair : close_) {
    const Body& body = bodies_[pair.b];
    double lever = std::max(std::hypot(body.from[0], body.from[1], body.from[2]), std::hypot(body.to[0], body.to[1], body.to[2])) +
                   body.radius;
    double sum = 0;
    for (int joint = std::min(body.link, kJoints); joint > bodies_[pair.a].link; joint--) {
      sum += lever;
      lever += std::hypot(model.dh[joint - 1].a, model.dh[joint - 1].d);
    }
    closeReach_ = std::max(closeReach_, sum);
  }
}

void SelfCollision::place(const Frames& frames, std::array<Vector3, 32>& ends) const {
  for (size_t i = 0; i < bodies_.size(); i++) {
    const Transform& frame = frames.link[bodies_[i].link];
    ends[2 * i] = frame.apply(bodies_[i].from);
    ends[2 * i + 1] = frame.apply(bodies_[i].to);
  }
}

Clearance SelfCollision::nearest(const Frames& frames, double ceiling) const {
  const Clearance apart = nearestApart(frames, ceiling), close = nearestClose(frames);
  return close.distance < apart.distance ? close : apart;
}

Clearance SelfCollision::nearestOf(const std::vector<Pair>& pairs, const Frames& frames, double ceiling) const {
  std::array<Vector3, 32> ends;
  place(frames, ends);
  Clearance best{ceiling, -1, -1};
  for (const Pair& pair : pairs) {
    const Body& a = bodies_[pair.a];
    const Body& b = bodies_[pair.b];
    const double squared =
        segmentDistanceSquared(ends[2 * pair.a], ends[2 * pair.a + 1], ends[2 * pair.b], ends[2 * pair.b + 1]);
    const double limit = best.distance + a.radius + b.radius;
    if (limit <= 0 || squared >= limit * limit) continue;
    best = {std::sqrt(squared) - a.radius - b.radius, a.link, b.link};
  }
  return best;
}

double SelfCollision::between(const Frames& frames, int linkA, int linkB) const {
  std::array<Vector3, 32> ends;
  place(frames, ends);
  double best = 1e9;
  for (size_t a = 0; a < bodies_.size(); a++)
    for (size_t b = 0; b < bodies_.size(); b++) {
      if (bodies_[a].link != linkA || bodies_[b].link != linkB) continue;
      const double squared = segmentDistanceSquared(ends[2 * a], ends[2 * a + 1], ends[2 * b], ends[2 * b + 1]);
      best = std::min(best, std::sqrt(squared) - bodies_[a].radius - bodies_[b].radius);
    }
  return best;
}

Clearance SelfCollision::floor(const Frames& frames) const {
  Clearance best;
  for (const Body& body : bodies_) {
    if (body.link < kFirstFloorLink) continue;
    const Transform& frame = frames.link[body.link];
    const auto height = [&](const Vector3& v) {
      return frame.p[2] + frame.r[6] * v[0] + frame.r[7] * v[1] + frame.r[8] * v[2];
    };
    const double low = std::min(height(body.from), height(body.to)) - body.radius;
    if (low < best.distance) best = {low, body.link, -1};
  }
  return best;
}

}  // namespace forager
