// Learners: descriptions, the replay and training jobs.
#include <napi.h>

#include <algorithm>

#include "binding/arm_convert.h"
#include "binding/convert.h"
#include "binding/register.h"
#include "learn/batch.h"
#include "learn/training_job.h"

namespace forager {

namespace {

constexpr int64_t kMostNumbers = 4096;  // in an observation or action, as in a layer

constexpr napi_type_tag kReplayTag{0x5f0a6e7d3c1b4822, 0x9d41c2b7a8e05f13};

class ReplayObject : public Napi::ObjectWrap<ReplayObject> {
 public:
  explicit ReplayObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ReplayObject>(info) {
    const Napi::Object shape = objectOf(info[0], "shape");
    const int64_t states = wholeNumber(shape.Get("observationSize"), 1, kMostNumbers, "observationSize"),
                  actions = wholeNumber(shape.Get("actionSize"), 1, kMostNumbers, "actionSize");
    replay = std::make_shared<Replay>(static_cast<int>(states), static_cast<int>(actions));
    info.This().As<Napi::Object>().TypeTag(&kReplayTag);
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Replay",
        {InstanceAccessor<&ReplayObject::size>("size"), InstanceAccessor<&ReplayObject::bytes>("bytes"),
         InstanceMethod<&ReplayObject::reserve>("reserve"), InstanceMethod<&ReplayObject::addEpisode>("addEpisode"),
         InstanceMethod<&ReplayObject::draw>("draw"), InstanceMethod<&ReplayObject::sampleRate>("sampleRate")});
  }

  std::shared_ptr<Replay> replay;

 private:
  Napi::Value size(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(replay->size()));
  }

  Napi::Value bytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(replay->bytes()));
  }

  // reserve(transitions, episodes)
  void reserve(const Napi::CallbackInfo& info) {
    const auto count = [&](size_t i, const char* name) {
      return static_cast<size_t>(wholeNumber(info[i], 0, kLargestWhole, name));
    };
    const size_t transitions = count(0, "transitions"), episodes = count(1, "episodes");
    guarded(info.Env(), "replay-refused", [&] { replay->reserve(transitions, episodes); });
  }

  void addEpisode(const Napi::CallbackInfo& info) {
    if (!info[2].IsTypedArray()) throw Napi::TypeError::New(info.Env(), "rewards is not a Float32Array.");
    const size_t steps = info[2].As<Napi::TypedArray>().ElementLength();
    const float* observations =
        floatsOf(info[0], (steps + 1) * static_cast<size_t>(replay->observationSize()), "observations");
    const float* actions = floatsOf(info[1], steps * static_cast<size_t>(replay->actionSize()), "actions");
    const float* rewards = floatsOf(info[2], steps, "rewards");
    const bool terminal = info[3].ToBoolean();
    guarded(info.Env(), "replay-refused", [&] { replay->addEpisode(observations, actions, rewards, steps, terminal); });
  }

  // draw({batch, batches, seed, withoutReplacement, episodeEndsTerminal, anyGoal}) -> what a learner sees
  Napi::Value draw(const Napi::CallbackInfo& info) {
    const Napi::Object o = objectOf(info[0], "options");
    const int rows = static_cast<int>(wholeNumber(o.Get("batch"), 1, 65536, "batch")),
              batches = static_cast<int>(wholeNumber(o.Get("batches"), 0, 65536, "batches"));
    const uint64_t seed = static_cast<uint64_t>(wholeNumber(o.Get("seed"), 0, kLargestWhole, "seed"));
    const DrawingRule rule{o.Get("withoutReplacement").ToBoolean(), o.Get("episodeEndsTerminal").ToBoolean(),
                           o.Get("anyGoal").ToBoolean()};
    if (replay->size() == 0) throw Napi::Error::New(info.Env(), "There are no transitions to draw from.");
    if (rule.anyGoal && replay->observationSize() <= kGoalSize)
      throw Napi::Error::New(info.Env(), "These observations do not end with the tool tip.");
    const DrawnBatches drawn = drawBatches(*replay, rows, batches, seed, rule);
    Napi::Object out = Napi::Object::New(info.Env());
    out.Set("observation", floatsToJs(info.Env(), drawn.observation));
    out.Set("action", floatsToJs(info.Env(), drawn.action));
    out.Set("reward", floatsToJs(info.Env(), drawn.reward));
    out.Set("nextObservation", floatsToJs(info.Env(), drawn.nextObservation));
    out.Set("terminal", floatsToJs(info.Env(), drawn.terminal));
    return out;
  }

  // sampleRate(batch, seconds): transitions drawn per second
  Napi::Value sampleRate(const Napi::CallbackInfo& info) {
    if (replay->size() == 0) throw Napi::Error::New(info.Env(), "There are no transitions to draw from.");
    const int batch = static_cast<int>(wholeNumber(info[0], 1, 65536, "batch"));
    return Napi::Number::New(info.Env(), forager::sampleRate(*replay, batch, secondsOf(info[1])));
  }
};

Napi::Object samplerToJs(Napi::Env env, const PolicySampler& sampler) {
  Napi::Object out = Napi::Object::New(env);
  if (const auto* noise = std::get_if<NoiseSampler>(&sampler)) {
    out.Set("kind", "noise");
    out.Set("deviation", noise->deviation);
    return out;
  }
  const BcqSampler& bcq = std::get<BcqSampler>(sampler);
  out.Set("kind", "bcq");
  out.Set("samples", bcq.samples);
  out.Set("latent", bcq.latent);
  out.Set("latentClip", bcq.latentClip);
  out.Set("bound", bcq.bound);
  out.Set("perturbsWinner", bcq.perturbsWinner);
  return out;
}

Napi::Object partsToJs(Napi::Env env, const PolicyParts& parts) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("networks", networksToJs(env, parts.networks));
  if (parts.sampler)
    out.Set("sampler", samplerToJs(env, *parts.sampler));
  else
    out.Set("sampler", env.Null());
  return out;
}

std::shared_ptr<Replay> replayOf(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kReplayTag))
    throw Napi::TypeError::New(value.Env(), "replay is not a Replay.");
  return ReplayObject::Unwrap(value.As<Napi::Object>())->replay;
}

std::optional<ReachTask> reachOf(const Napi::Value& value) {
  if (!value.IsObject()) return {};
  const Napi::Object object = value.As<Napi::Object>();
  ReachTask task{{}, armModelFromJs(object.Get("model"))};
  if (object.Get("goal").IsNull()) return task;
  const float* goal = floatsOf(object.Get("goal"), 3, "goal");
  task.goal = Vector3{goal[0], goal[1], goal[2]};
  return task;
}

class TrainingJobObject : public Napi::ObjectWrap<TrainingJobObject> {
 public:
  explicit TrainingJobObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TrainingJobObject>(info) {
    const Napi::Object o = objectOf(info[0], "options");
    TrainingOptions options{textOf(o.Get("learner"), "learner"),
                            {textOf(o.Get("mode"), "mode"), numbersOf(o.Get("settings")),
                             static_cast<uint64_t>(wholeNumber(o.Get("seed"), 0, kLargestWhole, "seed")),
                             threadsOf(o.Get("threads")), o.Get("keepGradients").ToBoolean(),
                             reachOf(o.Get("reach"))},
                            replayOf(o.Get("replay"))};
    job_ = guarded(info.Env(), "training-refused", [&] { return std::make_unique<TrainingJob>(std::move(options)); });
  }

  static Napi::Function define(Napi::Env env) {
    using T = TrainingJobObject;
    return DefineClass(
        env, "TrainingJob",
        {InstanceMethod<&T::start>("start"), InstanceMethod<&T::pause>("pause"), InstanceMethod<&T::resume>("resume"),
         InstanceMethod<&T::stop>("stop"), InstanceMethod<&T::progress>("progress"),
         InstanceMethod<&T::checkpoint>("checkpoint"), InstanceMethod<&T::restore>("restore"),
         InstanceMethod<&T::policy>("policy"), InstanceMethod<&T::networks>("networks"),
         InstanceMethod<&T::gradients>("gradients"), InstanceMethod<&T::losses>("losses"),
         InstanceMethod<&T::close>("close"), InstanceAccessor<&T::operationsPerUpdate>("operationsPerUpdate")});
  }

 private:
  TrainingJob& job(const Napi::CallbackInfo& info) {
    if (!job_) throw Napi::Error::New(info.Env(), "The training job is closed.");
    return *job_;
  }

  void start(const Napi::CallbackInfo& info) {
    TrainingJob& open = job(info);
    const uint64_t updates = static_cast<uint64_t>(wholeNumber(info[0], 0, kLargestWhole, "updates"));
    guarded(info.Env(), "training-refused", [&] { open.start(updates); });
  }

  void pause(const Napi::CallbackInfo& info) { job(info).pause(); }

  void resume(const Napi::CallbackInfo& info) { job(info).resume(); }

  void stop(const Napi::CallbackInfo& info) { job(info).stop(); }

  Napi::Value progress(const Napi::CallbackInfo& info) {
    static constexpr const char* kStates[] = {"idle", "running", "paused", "done", "diverged"};
    const TrainingJob::Progress progress = job(info).progress();
    Napi::Object out = Napi::Object::New(info.Env());
    Napi::Float64Array points = Napi::Float64Array::New(info.Env(), progress.points.size());
    std::copy(progress.points.begin(), progress.points.end(), points.Data());
    out.Set("state", kStates[static_cast<int>(progress.state)]);
    out.Set("updates", static_cast<double>(progress.updates));
    out.Set("message", progress.message);
    out.Set("points", points);
    return out;
  }

  Napi::Value checkpoint(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running", [&] { return bytesToJs(info.Env(), open.checkpoint()); });
  }

  void restore(const Napi::CallbackInfo& info) {
    TrainingJob& open = job(info);
    guarded(info.Env(), "checkpoint-refused", [&] { open.restore(bytesFromJs(info[0])); });
  }

  Napi::Value policy(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running", [&] { return partsToJs(info.Env(), open.learner().policy()); });
  }

  Napi::Value networks(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running", [&] { return networksToJs(info.Env(), open.learner().networks()); });
  }

  Napi::Value gradients(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running",
                   [&] { return networksToJs(info.Env(), open.learner().gradients()); });
  }

  Napi::Value losses(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running", [&] {
      Napi::Object out = Napi::Object::New(info.Env());
      for (const auto& [name, value] : open.learner().losses()) out.Set(name, value);
      return out;
    });
  }

  Napi::Value operationsPerUpdate(const Napi::CallbackInfo& info) {
    const TrainingJob& open = job(info);
    return guarded(info.Env(), "training-running",
                   [&] { return Napi::Number::New(info.Env(), open.learner().operationsPerUpdate()); });
  }

  void close(const Napi::CallbackInfo&) { job_.reset(); }

  // Destroyed with its thread joined by close(), by the collector, or when the environment ends.
  std::unique_ptr<TrainingJob> job_;
};

Napi::Value describeLearners(const Napi::CallbackInfo& info) {
  Napi::Array out = Napi::Array::New(info.Env());
  for (const LearnerEntry& entry : learners()) out.Set(out.Length(), methodToJs(info.Env(), entry.method));
  return out;
}

}  // namespace

}  // namespace forager

void registerLearner(Napi::Env env, Napi::Object exports) {
  using namespace forager;
  exports.Set("describeLearners", Napi::Function::New(env, describeLearners, "describeLearners"));
  exports.Set("Replay", ReplayObject::define(env));
  exports.Set("TrainingJob", TrainingJobObject::define(env));
}
