#include "nn/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace forager {

namespace {

uint64_t mix(uint64_t x) {  // finaliser of SplitMix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t hash(std::string_view name) {  // FNV-1a
  uint64_t h = 0xcbf29ce484222325u;
  for (unsigned char c : name) h = (h ^ c) * 0x100000001b3u;
  return h;
}

// -ln(u) for u = (x + 1/2) 2^-32, relative error below 1e-6. u = m 2^e with m in [sqrt(1/2), sqrt(2)), and
// ln m = 2 atanh(z), z = (m - 1) / (m + 1), by its series.
float minusLog(uint32_t x) {
  const float u = (static_cast<float>(x >> 8) + 0.5f) * 0x1p-24f;
  const int32_t bits = std::bit_cast<int32_t>(u);
  const int32_t exponent = (bits - 0x3f3504f3) >> 23;
  const float m = std::bit_cast<float>(bits - exponent * (1 << 23));
  const float z = (m - 1) / (m + 1), z2 = z * z;
  const float series = 2 * z * (1 + z2 * (1 / 3.0f + z2 * (1 / 5.0f + z2 * (1 / 7.0f + z2 * (1 / 9.0f)))));
  return -(static_cast<float>(exponent) * 0.693147181f + series);
}

// sin and cos of a uniform angle: the two top bits choose the quadrant, the rest an angle in [-pi/4, pi/4) by series.
void sinCos(uint32_t x, float& sine, float& cosine) {
  const float angle = (static_cast<float>((x << 2) >> 8) - 0x1p23f + 0.5f) * (0x1p-24f * std::numbers::pi_v<float> / 2);
  const float a2 = angle * angle;
  const float s = angle * (1 + a2 * (-1 / 6.0f + a2 * (1 / 120.0f + a2 * (-1 / 5040.0f + a2 * (1 / 362880.0f)))));
  const float c = 1 + a2 * (-0.5f + a2 * (1 / 24.0f + a2 * (-1 / 720.0f + a2 * (1 / 40320.0f))));
  const bool swap = (x >> 30) & 1, negate = x >> 31;
  sine = negate ? -(swap ? c : s) : (swap ? c : s);
  cosine = negate ? -(swap ? -s : c) : (swap ? -s : c);
}

}  // namespace

RandomStream::RandomStream(uint64_t seed, std::string_view name) { state_.key = mix(mix(seed) ^ hash(name)); }

void RandomStream::restore(const State& state) {
  state_ = state;
  if (state_.position % 4 != 0) fillBlock(state_.position / 4);
}

void RandomStream::fillBlock(uint64_t block) {
  uint32_t c0 = static_cast<uint32_t>(block), c1 = static_cast<uint32_t>(block >> 32), c2 = 0, c3 = 0;
  uint32_t k0 = static_cast<uint32_t>(state_.key), k1 = static_cast<uint32_t>(state_.key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xd2511f53u} * c0, p1 = uint64_t{0xcd9e8d57u} * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  block_ = {c0, c1, c2, c3};
}

uint32_t RandomStream::next() {
  const uint64_t lane = state_.position % 4;
  if (lane == 0) fillBlock(state_.position / 4);
  ++state_.position;
  return block_[lane];
}

void RandomStream::normal(float* values, size_t count) {
  constexpr size_t kBlock = 64;
  uint32_t drawn[2 * kBlock];
  float pair[2 * kBlock];
  for (size_t start = 0; start < count; start += 2 * kBlock) {
    const size_t pairs = std::min(kBlock, (count - start + 1) / 2);
    for (size_t i = 0; i < 2 * pairs; ++i) drawn[i] = next();
    for (size_t i = 0; i < pairs; ++i) {
      float sine, cosine;
      sinCos(drawn[2 * i + 1], sine, cosine);
      const float radius = std::sqrt(2 * minusLog(drawn[2 * i]));
      pair[2 * i] = radius * cosine;
      pair[2 * i + 1] = radius * sine;
    }
    std::copy_n(pair, std::min(2 * pairs, count - start), values + start);
  }
}

}  // namespace forager
