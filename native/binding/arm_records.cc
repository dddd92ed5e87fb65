// What the control cycle has left for people: recorded cycles, times of the link, limits in force, words for flags.
#include "binding/arm_records.h"

#include <algorithm>

#include "arm/link_timing.h"
#include "binding/arm_convert.h"
#include "binding/async_work.h"
#include "binding/register.h"
#include "fci/connect_times.h"
#include "fci/error_flags.h"

namespace forager {

namespace {

constexpr double kMsToNs = 1e6;

Napi::Array histogramToJs(Napi::Env env, const TimingHistogram& histogram) {
  Napi::Array out = Napi::Array::New(env, kTimingBins);
  for (uint32_t bin = 0; bin < kTimingBins; bin++) out.Set(bin, double(histogram.at(bin)));
  return out;
}

const char* tighterName(Tighter tighter) {
  switch (tighter) {
    case Tighter::smaller: return "smaller";
    case Tighter::larger: return "larger";
    case Tighter::fixed: return "fixed";
  }
  return "fixed";
}

Napi::Value cycleColumnsToJs(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const CycleColumn& column : cycleColumns()) {
    Napi::Object each = Napi::Object::New(info.Env());
    each.Set("group", column.group);
    each.Set("name", column.name);
    each.Set("unit", column.unit);
    out.Set(out.Length(), each);
  }
  return out;
}

Napi::Value safetyLimitsToJs(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const SafetyLimit& limit : safetyLimits()) {
    Napi::Object each = Napi::Object::New(info.Env());
    each.Set("name", limit.name);
    each.Set("tighter", tighterName(limit.tighter));
    out.Set(out.Length(), each);
  }
  return out;
}

Napi::Value errorFlagsToJs(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const fci::ErrorFlag& flag : fci::kErrorFlagTexts) {
    Napi::Object each = Napi::Object::New(info.Env());
    each.Set("name", flag.name);
    each.Set("title", flag.title);
    each.Set("message", flag.message);
    each.Set("cause", flag.cause);
    each.Set("tip", flag.tip);
    each.Set("recovery", fci::recoveryName(flag.recovery));
    each.Set("robots", fci::robotsName(flag.robots));
    out.Set(out.Length(), each);
  }
  return out;
}

Napi::Value connectTimesToJs(const Napi::CallbackInfo& info) {
  auto times = std::make_shared<std::vector<double>>();
  return AsyncWork::run(
      info.Env(),
      [times, host = info[0].ToString().Utf8Value(), port = info[1].ToNumber().Int32Value(),
       count = info[2].ToNumber().Int32Value(), interval = info[3].ToNumber().Int32Value()] {
        *times = fci::connectTimes(host, port, count, interval);
      },
      [times](Napi::Env env) -> Napi::Value { return numbersToJs(env, times->data(), times->size()); });
}

}  // namespace

Napi::Value recordedCyclesToJs(const Napi::CallbackInfo& info, const ArmDriver& arm) {
  const CycleRecorder* recorder = arm.cycles();
  if (recorder == nullptr) return info.Env().Null();
  const int64_t given = info[0].ToNumber().Int64Value();
  const int64_t zero = given > 0 ? given : recorder->newestNs();
  const auto before = static_cast<int64_t>(info[1].ToNumber().DoubleValue() * kMsToNs);
  const auto after = static_cast<int64_t>(info[2].ToNumber().DoubleValue() * kMsToNs);
  const std::vector<CycleSample> samples = recorder->between(zero - before, zero + after);
  const std::vector<float> table = cycleTable(samples, zero);
  Napi::Float32Array values = Napi::Float32Array::New(info.Env(), table.size());
  std::copy(table.begin(), table.end(), values.Data());
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("samples", double(samples.size()));
  out.Set("zeroNs", double(zero));
  out.Set("values", values);
  return out;
}

Napi::Value linkTimesToJs(Napi::Env env, const ArmDriver& arm) {
  const LinkTiming* timing = arm.timing();
  if (timing == nullptr) return env.Null();
  Napi::Array edges = Napi::Array::New(env, kTimingEdgesUs.size());
  for (uint32_t i = 0; i < kTimingEdgesUs.size(); i++) edges.Set(i, double(kTimingEdgesUs[i]));
  Napi::Object out = Napi::Object::New(env);
  out.Set("edgesUs", edges);
  out.Set("roundTrip", histogramToJs(env, timing->roundTrip));
  out.Set("cycle", histogramToJs(env, timing->cycle));
  out.Set("arrival", histogramToJs(env, timing->arrival));
  return out;
}

Napi::Object supervisorToJs(Napi::Env env, SupervisorLimits limits) {
  Napi::Object out = Napi::Object::New(env);
  for (const SafetyLimit& limit : safetyLimits()) {
    const std::span<double> values = limit.values(limits);
    if (values.size() == 1) {
      out.Set(limit.name, values[0]);
      continue;
    }
    Napi::Array each = Napi::Array::New(env, values.size());
    for (uint32_t i = 0; i < values.size(); i++) each.Set(i, values[i]);
    out.Set(limit.name, each);
  }
  return out;
}

}  // namespace forager

void registerArmRecords(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  exports.Set("cycleColumns", Napi::Function::New(env, cycleColumnsToJs, "cycleColumns"));
  exports.Set("safetyLimits", Napi::Function::New(env, safetyLimitsToJs, "safetyLimits"));
  exports.Set("errorFlags", Napi::Function::New(env, errorFlagsToJs, "errorFlags"));
  exports.Set("connectTimes", Napi::Function::New(env, connectTimesToJs, "connectTimes"));
}
