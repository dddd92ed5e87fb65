#pragma once
#include <napi.h>

namespace forager {

// SAC inside an explorer, for tests.
void registerSacProbe(Napi::Env env, Napi::Object exports);

}  // namespace forager
