// SAC as explorers embed it: it acts, its replay grows between updates, and its rewards are computed when a batch is
// drawn.
#include "binding/sac_probe.h"

#include <array>
#include <cmath>
#include <limits>

#include "binding/convert.h"
#include "explore/acting_policy.h"
#include "learn/sac.h"
#include "nn/policy.h"

namespace forager {

namespace {

// A world of one state and one step. The replay knows no reward: the agent's is −(a − wanted)², from the batch.
class Exploration {
 public:
  Exploration(const LearnerOptions& options, float wanted)
      : settings_(resolveSettings(sacSettingTable(), options.mode, options.settings)),
        agent_(replay_, options, settings_, {}, [wanted](Tape& tape, const Batch& batch) {
          tape.add({batch.action.data}, {batch.reward.data}, [=] {
            for (int r = 0; r < batch.reward.rows; ++r)
              *batch.reward.row(r) = -(*batch.action.row(r) - wanted) * (*batch.action.row(r) - wanted);
          });
        }) {}

  float step() {
    constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
    const std::array<float, 2> observations{kState, kState};
    const float action = act(true);
    replay_.addEpisode(observations.data(), &action, &kUnknown, 1, true);
    if (static_cast<double>(replay_.size()) >= settings_.batch) agent_.update();
    return action;
  }

  float act(bool stochastic) {
    float action = 0;
    if (stochastic)
      ActingPolicy(agent_.actor(), nullptr, false).act(&kState, noise_, &action);
    else
      makePolicy(agent_.policy())->act(&kState, &action);
    return action;
  }

  // The next samples are those of a stream with this seed.
  void restartNoise(uint64_t seed) { noise_ = RandomStream(seed, "acting"); }

  SacAgent& agent() { return agent_; }

 private:
  static constexpr float kState = 0.5f;
  Replay replay_{1, 1};
  SacSettings settings_;
  SacAgent agent_;
  RandomStream noise_{1, "acting"};
};

// exploreWithSac({mode, settings, seed, threads}, steps, wanted) -> {actions [steps], mean, next, restored}: what it
// did, the mean of its policy at the end, the next sample, and the same sample of an agent restored from its state.
Napi::Value exploreWithSac(const Napi::CallbackInfo& info) {
  const Napi::Object o = info[0].As<Napi::Object>();
  LearnerOptions options{};
  options.mode = o.Get("mode").ToString();
  options.settings = numbersOf(o.Get("settings"));
  options.seed = static_cast<uint64_t>(o.Get("seed").ToNumber().Int64Value());
  options.threads = threadsOf(o.Get("threads"));
  const int steps = info[1].ToNumber();
  Exploration exploration(options, info[2].ToNumber());
  std::vector<float> actions;
  for (int i = 0; i < steps; ++i) actions.push_back(exploration.step());
  Exploration other(options, 0);
  other.agent().restore(exploration.agent().save());
  for (Exploration* each : {&exploration, &other}) each->restartNoise(2);
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("actions", floatsToJs(info.Env(), actions));
  out.Set("mean", exploration.act(false));
  out.Set("next", exploration.act(true));
  out.Set("restored", other.act(true));
  return out;
}

}  // namespace

void registerSacProbe(Napi::Env env, Napi::Object exports) {
  exports.Set("exploreWithSac", Napi::Function::New(env, exploreWithSac, "exploreWithSac"));
}

}  // namespace forager
