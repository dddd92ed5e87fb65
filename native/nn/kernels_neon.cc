// 64-bit ARM: a tile of 6 rows by 16 columns fills 24 of the 32 registers with sums.
#if defined(__aarch64__)
#include <arm_neon.h>

namespace {

struct Simd {
  using Vector = float32x4_t;
  static constexpr int kWidth = 4;
  static constexpr int kRows = 6;
  static constexpr int kPanels = 1;

  static Vector load(const float* p) { return vld1q_f32(p); }
  static void store(float* p, Vector a) { vst1q_f32(p, a); }
  static Vector broadcast(float x) { return vdupq_n_f32(x); }
  static Vector fma(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
  static Vector fms(Vector a, Vector b, Vector c) { return vnegq_f32(vfmsq_f32(c, a, b)); }
  static Vector add(Vector a, Vector b) { return vaddq_f32(a, b); }
  static Vector sub(Vector a, Vector b) { return vsubq_f32(a, b); }
  static Vector mul(Vector a, Vector b) { return vmulq_f32(a, b); }
  static Vector div(Vector a, Vector b) { return vdivq_f32(a, b); }
  static Vector sqrt(Vector a) { return vsqrtq_f32(a); }
  static Vector max(Vector a, Vector b) { return vmaxq_f32(a, b); }  // a NaN stays a NaN
  static Vector min(Vector a, Vector b) { return vminq_f32(a, b); }
  static float sum(Vector a) { return vaddvq_f32(a); }
  static Vector positive(Vector x, Vector y) {
    return vreinterpretq_f32_u32(vandq_u32(vcgtq_f32(x, vdupq_n_f32(0)), vreinterpretq_u32_f32(y)));
  }
  static void transpose(const float* from, float* to) {
    for (int r = 0; r < 16; ++r)
      for (int c = 0; c < 16; ++c) to[c * 16 + r] = from[r * 16 + c];
  }
};

}  // namespace

#include "nn/kernels_impl.h"

namespace forager {
extern const KernelTable kNeonKernels = makeTable("neon");
}
#endif
