// x86-64 with AVX2 and FMA: a tile of 6 rows by 16 columns fills 12 of the 16 registers with sums.
#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include "nn/transpose_x86.h"

namespace {

struct Simd {
  using Vector = __m256;
  static constexpr int kWidth = 8;
  static constexpr int kRows = 6;
  static constexpr int kPanels = 1;

  static Vector load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Vector a) { _mm256_storeu_ps(p, a); }
  static Vector broadcast(float x) { return _mm256_set1_ps(x); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Vector fms(Vector a, Vector b, Vector c) { return _mm256_fmsub_ps(a, b, c); }
  static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
  static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
  static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  // Division and square root are the slow part of Adam: estimates of 12 bits and one Newton step each, within 2 ulp.
  static Vector div(Vector a, Vector b) {  // b normal and not zero
    const Vector r = _mm256_rcp_ps(b);
    return mul(a, mul(r, _mm256_fnmadd_ps(b, r, broadcast(2.0f))));
  }
  static Vector sqrt(Vector a) {  // a normal and not zero
    const Vector r = _mm256_rsqrt_ps(a), root = mul(a, r);
    return _mm256_fmadd_ps(mul(root, broadcast(0.5f)), _mm256_fnmadd_ps(root, r, broadcast(1.0f)), root);
  }
  // The instructions return their second operand when either is a NaN: a NaN in `a` stays.
  static Vector max(Vector a, Vector b) { return _mm256_max_ps(b, a); }
  static Vector min(Vector a, Vector b) { return _mm256_min_ps(b, a); }
  static float sum(Vector a) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static Vector positive(Vector x, Vector y) {
    return _mm256_and_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GT_OQ), y);
  }
  static void transpose(const float* from, float* to) { transpose16(from, to); }
};

}  // namespace

#include "nn/kernels_impl.h"

namespace forager {
extern const KernelTable kAvx2Kernels = makeTable("avx2+fma");
}
#endif
