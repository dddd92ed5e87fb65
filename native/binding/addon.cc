// Entry of the addon: each word of the flow registers its own functions and classes.
#include <napi.h>

#include "binding/register.h"

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  registerRobot(env, exports);
  registerArmRecords(env, exports);
  registerGripper(env, exports);
  registerStopBox(env, exports);
  registerExplore(env, exports);
  registerLearner(env, exports);
  registerPolicy(env, exports);
  registerNn(env, exports);
  return exports;
}

NODE_API_MODULE(forager, initialize)
