// x86-64 with AVX-512: a panel row is one register. 12 rows by 2 panels fill 24 of the 32 registers with sums, and load
// 14 times for 24 multiply-adds: with one panel the loads would take longer than the arithmetic.
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>

#include "nn/transpose_x86.h"

namespace {

struct Simd {
  using Vector = __m512;
  static constexpr int kWidth = 16;
  static constexpr int kRows = 12;
  static constexpr int kPanels = 2;

  static Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Vector a) { _mm512_storeu_ps(p, a); }
  static Vector broadcast(float x) { return _mm512_set1_ps(x); }
  static Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  static Vector fms(Vector a, Vector b, Vector c) { return _mm512_fmsub_ps(a, b, c); }
  static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
  static Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  // Division and square root are the slow part of Adam: estimates of 14 bits and one Newton step each, within 2 ulp.
  static Vector div(Vector a, Vector b) {  // b normal and not zero
    const Vector r = _mm512_maskz_rcp14_ps(0xffff, b);
    return mul(a, mul(r, _mm512_fnmadd_ps(b, r, broadcast(2.0f))));
  }
  static Vector sqrt(Vector a) {  // a normal and not zero
    const Vector r = _mm512_maskz_rsqrt14_ps(0xffff, a), root = mul(a, r);
    return _mm512_fmadd_ps(mul(root, broadcast(0.5f)), _mm512_fnmadd_ps(root, r, broadcast(1.0f)), root);
  }
  // The instructions return their second operand when either is a NaN: a NaN in `a` stays.
  static Vector max(Vector a, Vector b) { return _mm512_maskz_max_ps(0xffff, b, a); }
  static Vector min(Vector a, Vector b) { return _mm512_maskz_min_ps(0xffff, b, a); }
  static float sum(Vector a) {
    const __m256 low = _mm512_maskz_extractf32x8_ps(0xff, a, 0), high = _mm512_maskz_extractf32x8_ps(0xff, a, 1);
    const __m256 eight = _mm256_add_ps(low, high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static Vector positive(Vector x, Vector y) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ), y);
  }
  static void transpose(const float* from, float* to) { transpose16(from, to); }
};

}  // namespace

#include "nn/kernels_impl.h"

namespace forager {
extern const KernelTable kAvx512Kernels = makeTable("avx512");
}
#endif
