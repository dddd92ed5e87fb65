#include "nn/random.h"

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

double openUnit(uint32_t x) { return (x + 0.5) * 0x1p-32; }  // in (0, 1)

}  // namespace

RandomStream::RandomStream(uint64_t seed, std::string_view name) {
  state_.key = mix(mix(seed) ^ hash(name));
}

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
  for (size_t i = 0; i < count; i += 2) {
    const double u = openUnit(next()), angle = 2 * std::numbers::pi * openUnit(next());
    const double radius = std::sqrt(-2 * std::log(u));
    values[i] = static_cast<float>(radius * std::cos(angle));
    if (i + 1 < count) values[i + 1] = static_cast<float>(radius * std::sin(angle));
  }
}

}  // namespace forager
