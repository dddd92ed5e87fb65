#pragma once
#include <napi.h>

namespace forager {

// Fixed-form losses on a tape, for comparison against an oracle in double precision.
void registerTapeProbe(Napi::Env env, Napi::Object exports);

}  // namespace forager
