// For processors without the instruction sets below: four floats at a time in plain C++.
#include <cmath>

namespace {

struct Simd {
  struct Vector {
    float v[4];
  };
  static constexpr int kWidth = 4;
  static constexpr int kRows = 4;
  static constexpr int kPanels = 1;

  template <class F>
  static Vector map(F f) {
    return {{f(0), f(1), f(2), f(3)}};
  }
  static Vector load(const float* p) { return {{p[0], p[1], p[2], p[3]}}; }
  static void store(float* p, Vector a) {
    for (int i = 0; i < 4; ++i) p[i] = a.v[i];
  }
  static Vector broadcast(float x) { return {{x, x, x, x}}; }
  static Vector fma(Vector a, Vector b, Vector c) {
    return map([&](int i) { return a.v[i] * b.v[i] + c.v[i]; });
  }
  static Vector fms(Vector a, Vector b, Vector c) {
    return map([&](int i) { return a.v[i] * b.v[i] - c.v[i]; });
  }
  static Vector add(Vector a, Vector b) {
    return map([&](int i) { return a.v[i] + b.v[i]; });
  }
  static Vector sub(Vector a, Vector b) {
    return map([&](int i) { return a.v[i] - b.v[i]; });
  }
  static Vector mul(Vector a, Vector b) {
    return map([&](int i) { return a.v[i] * b.v[i]; });
  }
  static Vector div(Vector a, Vector b) {
    return map([&](int i) { return a.v[i] / b.v[i]; });
  }
  static Vector sqrt(Vector a) {
    return map([&](int i) { return std::sqrt(a.v[i]); });
  }
  // A NaN stays a NaN, so that a divergence is seen.
  static Vector max(Vector a, Vector b) {
    return map([&](int i) { return a.v[i] < b.v[i] ? b.v[i] : a.v[i]; });
  }
  static Vector min(Vector a, Vector b) {
    return map([&](int i) { return b.v[i] < a.v[i] ? b.v[i] : a.v[i]; });
  }
  static float sum(Vector a) { return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]); }
  static Vector positive(Vector x, Vector y) {
    return map([&](int i) { return x.v[i] > 0 ? y.v[i] : 0.0f; });
  }
  static void transpose(const float* from, float* to) {
    for (int r = 0; r < 16; ++r)
      for (int c = 0; c < 16; ++c) to[c * 16 + r] = from[r * 16 + c];
  }
};

}  // namespace

#include "nn/kernels_impl.h"

namespace forager {
extern const KernelTable kPortableKernels = makeTable("portable");
}
