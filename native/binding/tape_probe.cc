// Losses of a fixed form, recorded as learners and explorers record theirs, with their gradients: what the tape's tests
// compare against double precision.
#include "binding/tape_probe.h"

#include <array>
#include <chrono>
#include <limits>

#include "binding/convert.h"
#include "explore/sse_steps.h"
#include "learn/model_advance.h"
#include "nn/mlp.h"
#include "nn/ops.h"
#include "nn/squashed_gaussian.h"
#include "nn/team.h"

namespace forager {

namespace {

float numberOf(const Napi::Object& options, const char* key) { return options.Get(key).ToNumber().FloatValue(); }

int countOf(const Napi::Object& options, const char* key) { return options.Get(key).ToNumber().Int32Value(); }

// A [rows, columns] tensor with the values of a Float32Array.
Tensor tensorFromJs(Arena& arena, const Napi::Value& value, int rows, int columns, const char* name) {
  const Tensor out = makeTensor(arena, rows, columns);
  const float* values = floatsOf(value, static_cast<size_t>(rows) * static_cast<size_t>(columns), name);
  for (int r = 0; r < rows; ++r) std::copy_n(values + static_cast<size_t>(r) * columns, columns, out.row(r));
  return out;
}

Napi::Float32Array rowsToJs(Napi::Env env, const Tensor& tensor, float* Tensor::* which) {
  std::vector<float> out;
  for (int r = 0; r < tensor.rows; ++r) {
    const float* row = tensor.*which + static_cast<size_t>(r) * tensor.stride;
    out.insert(out.end(), row, row + tensor.columns);
  }
  return floatsToJs(env, out);
}

SquashedGaussian ruleFromJs(const Napi::Object& options) {
  static constexpr const char* kSpreads[] = {"clampedLog", "rectified", "softplus"};
  SquashedGaussian rule;
  const std::string spread = options.Get("spread").ToString();
  for (int i = 0; i < 3; ++i)
    if (spread == kSpreads[i]) rule.spread = static_cast<SquashedGaussian::Spread>(i);
  rule.low = numberOf(options, "low");
  rule.high = numberOf(options, "high");
  rule.epsilon = numberOf(options, "epsilon");
  rule.densityWeight = numberOf(options, "densityWeight");
  rule.squashWeight = numberOf(options, "squashWeight");
  return rule;
}

// Runs a tape twice: what a replay leaves behind must not reach the next one.
void replayTwice(Tape& tape, int threads) {
  Team team(threads);
  tape.schedule(threads);
  team.run(tape);
  team.run(tape);
}

// squashedGaussian({rows, columns, given, threads}, rule, mean, spread, other, ofAction, ofLog)
//   -> {action, logProbability, mean, spread}: a sample with the noise `other` or, when `given`, the log-probability of
//   the action `other`; `mean` and `spread` are the gradients of Σ ofAction action + Σ ofLog logProbability.
Napi::Value squashedGaussian(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const int rows = countOf(options, "rows"), columns = countOf(options, "columns");
  const bool given = options.Get("given").ToBoolean();
  const SquashedGaussian rule = ruleFromJs(info[1].As<Napi::Object>());
  Arena arena;
  Tape tape(arena);
  Tensor mean = tensorFromJs(arena, info[2], rows, columns, "mean");
  Tensor spread = tensorFromJs(arena, info[3], rows, columns, "spread");
  mean.gradientFrom = spread.gradientFrom = 0;
  const Tensor other = tensorFromJs(arena, info[4], rows, columns, "other");
  const Tensor ofAction = tensorFromJs(arena, info[5], rows, columns, "ofAction");
  const Tensor ofLog = tensorFromJs(arena, info[6], rows, 1, "ofLog");
  SquashedSample sample{other, {}};
  if (given)
    sample.logProbability = logProbabilityOf(tape, rule, mean, spread, other);
  else
    sample = sampleSquashed(tape, rule, mean, spread, other);
  recordLoss(tape, {sample.action, sample.logProbability}, {}, [=] {
    for (int r = 0; r < rows; ++r) {
      *sample.logProbability.gradientRow(r) += *ofLog.row(r);
      for (int c = 0; c < columns && !given; ++c) sample.action.gradientRow(r)[c] += ofAction.row(r)[c];
    }
  });
  tape.backward();
  replayTwice(tape, countOf(options, "threads"));
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("action", rowsToJs(info.Env(), sample.action, &Tensor::data));
  out.Set("logProbability", rowsToJs(info.Env(), sample.logProbability, &Tensor::data));
  out.Set("mean", rowsToJs(info.Env(), mean, &Tensor::gradient));
  out.Set("spread", rowsToJs(info.Env(), spread, &Tensor::gradient));
  return out;
}

// rowSteps({rows, columns, repeat, first, count, threads}, x, weight [rows repeat, count])
//   -> {loss, x}: loss = Σ (weight ∘ p)² + Σ x³ over two losses, p = columns first .. first + count - 1 of x, each row
//   `repeat` times, times the first column of x; and its gradient.
Napi::Value rowSteps(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const int rows = countOf(options, "rows"), columns = countOf(options, "columns"), repeat = countOf(options, "repeat");
  const int first = countOf(options, "first"), count = countOf(options, "count");
  Arena arena;
  Tape tape(arena);
  Tensor x = tensorFromJs(arena, info[1], rows, columns, "x");
  x.gradientFrom = 0;
  const Tensor weight = tensorFromJs(arena, info[2], rows * repeat, count, "weight");
  const Tensor repeated = repeatRows(tape, x, repeat);
  const Tensor part = sliceColumns(tape, repeated, first, count), factor = sliceColumns(tape, repeated, 0, 1);
  const Tensor product = mapRows(
      tape, {part, factor, weight}, count,
      [=](const float* const* in, float* out) {
        for (int c = 0; c < count; ++c) out[c] = in[0][c] * in[1][0] * in[2][c];
      },
      [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
        for (int c = 0; c < count; ++c) {
          inGradient[0][c] += outGradient[c] * in[1][0] * in[2][c];
          inGradient[1][0] += outGradient[c] * in[0][c] * in[2][c];
        }
      });
  double ofProduct = 0, ofCubes = 0;
  recordLoss(tape, {product}, {&ofProduct}, [=, &ofProduct] {
    ofProduct = 0;
    for (int r = 0; r < product.rows; ++r)
      for (int c = 0; c < count; ++c) {
        const float value = product.row(r)[c];
        ofProduct += double{value} * value;
        product.gradientRow(r)[c] += 2 * value;
      }
  });
  recordLoss(tape, {x}, {&ofCubes}, [=, &ofCubes] {
    ofCubes = 0;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const float value = x.row(r)[c];
        ofCubes += double{value} * value * value;
        x.gradientRow(r)[c] += 3 * value * value;
      }
  });
  tape.backward();
  replayTwice(tape, countOf(options, "threads"));
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("loss", ofProduct + ofCubes);
  out.Set("x", rowsToJs(info.Env(), x, &Tensor::gradient));
  return out;
}

// The roll-out that the exploration paper's own method learns from: a policy is carried through H steps of two learned
// models, and −mean Σ w (D − α log π) / H goes back through all of them into the policy.
class Rollout {
 public:
  Rollout(const Napi::Object& options, const Napi::Value& start, const Napi::Value& noise)
      : rows_(countOf(options, "rows")),
        states_(countOf(options, "states")),
        actions_(countOf(options, "actions")),
        steps_(countOf(options, "steps")),
        discount_(numberOf(options, "discount")),
        entropyWeight_(numberOf(options, "entropyWeight")),
        rule_(ruleFromJs(options)),
        twoHeaded_(options.Get("twoHeaded").ToBoolean()),
        hidden_{countOf(options, "hidden1"), countOf(options, "hidden2")},
        change_(static_cast<size_t>(states_), 1.0f) {
    RandomStream random(1, "weights");
    for (Mlp* network : {&mean_, &spread_, &model1_, &model2_, &done_}) network->initialize(random);
    start_ = tensorFromJs(arena_, start, rows_, states_, "start");
    const Tensor all = tensorFromJs(arena_, noise, steps_ * rows_, actions_, "noise");
    for (int t = 0; t < steps_; ++t) {
      noise_.push_back(all);
      noise_.back().rows = rows_;
      noise_.back().data = all.row(t * rows_);
    }
    record();
  }

  Napi::Object result(Napi::Env env) {
    Napi::Object out = Napi::Object::New(env), networks = Napi::Object::New(env), gradients = Napi::Object::New(env);
    for (const auto& [name, network] : {std::pair{"mean", &mean_},
                                        {"spread", &spread_},
                                        {"model1", &model1_},
                                        {"model2", &model2_},
                                        {"done", &done_}})
      networks.Set(name, layersToJs(env, network->values()));
    gradients.Set("mean", layersToJs(env, mean_.gradients()));
    if (!twoHeaded_) gradients.Set("spread", layersToJs(env, spread_.gradients()));
    out.Set("loss", loss_);
    out.Set("operations", tape_.operations());
    out.Set("networks", networks);
    out.Set("gradients", gradients);
    return out;
  }

  void replay(int threads) { replayTwice(tape_, threads); }

  // Seconds of the fastest of some replays.
  double fastest(int threads, int replays) {
    Team team(threads);
    tape_.schedule(threads);
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < replays; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      team.run(tape_);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
  }

 private:
  std::vector<int> sizes(int inputs, int outputs) const { return {inputs, hidden_[0], hidden_[1], outputs}; }

  // a ~ π(x), log π(a|x)
  SquashedSample act(const Tensor& x, int t) {
    const Tensor mean = mean_.forward(tape_, x, Gradients::weights);
    if (twoHeaded_)
      return sampleSquashed(tape_, rule_, sliceColumns(tape_, mean, 0, actions_),
                            sliceColumns(tape_, mean, actions_, actions_), noise_[t]);
    return sampleSquashed(tape_, rule_, mean, spread_.forward(tape_, x, Gradients::weights), noise_[t]);
  }

  void record() {
    Tensor x = start_, weight = makeTensor(arena_, rows_, 1);
    for (int r = 0; r < rows_; ++r) *weight.row(r) = 1;
    std::vector<Tensor> gains;
    for (int t = 0; t < steps_; ++t) {
      const SquashedSample sample = act(x, t);
      const Tensor input = tape_.join(x, sample.action);
      const Tensor f1 = model1_.forward(tape_, input, Gradients::input);
      const Tensor f2 = model2_.forward(tape_, input, Gradients::input);
      const Tensor logit = done_.forward(tape_, input, Gradients::input);
      const Tensor disagreement = recordDisagreement(tape_, {f1, f2}, leader_, false);
      gains.push_back(recordGain(tape_, {entropyWeight_, 0}, weight, disagreement, sample.logProbability, sample.action));
      weight = recordSurvival(tape_, weight, logit, discount_);
      x = recordAdvance(tape_, x, {f1, f2}, leader_, change_.data());
    }
    recordLoss(tape_, gains, {&loss_}, [gains, this] { sum(gains); });
    tape_.backward();
    mean_.recordGradients(tape_);
    if (!twoHeaded_) spread_.recordGradients(tape_);
  }

  void sum(const std::vector<Tensor>& gains) {
    const double share = 1.0 / (static_cast<double>(rows_) * steps_);
    loss_ = 0;
    for (const Tensor& gain : gains)
      for (int r = 0; r < rows_; ++r) {
        loss_ -= share * *gain.row(r);
        *gain.gradientRow(r) -= static_cast<float>(share);
      }
  }

  int rows_, states_, actions_, steps_;
  float discount_, entropyWeight_;
  SquashedGaussian rule_;
  bool twoHeaded_;
  std::array<int, 2> hidden_;
  std::vector<float> change_;  // [S]
  int leader_ = 0;
  Arena arena_;
  Tape tape_{arena_};
  Mlp mean_{arena_, arena_, sizes(states_, twoHeaded_ ? 2 * actions_ : actions_), Activation::linear, true};
  Mlp spread_{arena_, arena_, sizes(states_, actions_), Activation::linear, true};
  Mlp model1_{arena_, arena_, sizes(states_ + actions_, states_), Activation::linear, true};
  Mlp model2_{arena_, arena_, sizes(states_ + actions_, states_), Activation::linear, true};
  Mlp done_{arena_, arena_, sizes(states_ + actions_, 1), Activation::linear, true};
  Tensor start_;
  std::vector<Tensor> noise_;
  double loss_ = 0;
};

// rollout({rows, states, actions, steps, hidden1, hidden2, discount, entropyWeight, twoHeaded, threads, timed, and the
// rule of the policy}, start [rows, states], noise [steps rows, actions])
//   -> {loss, operations, networks, gradients}; with `timed` > 0 also `seconds`, of the fastest of so many replays.
Napi::Value rollout(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  Rollout rollout(options, info[1], info[2]);
  rollout.replay(threadsOf(options.Get("threads")));
  Napi::Object out = rollout.result(info.Env());
  const int timed = countOf(options, "timed");
  if (timed > 0) out.Set("seconds", rollout.fastest(threadsOf(options.Get("threads")), timed));
  return out;
}

}  // namespace

void registerTapeProbe(Napi::Env env, Napi::Object exports) {
  exports.Set("squashedGaussian", Napi::Function::New(env, squashedGaussian, "squashedGaussian"));
  exports.Set("rowSteps", Napi::Function::New(env, rowSteps, "rowSteps"));
  exports.Set("rollout", Napi::Function::New(env, rollout, "rollout"));
}

}  // namespace forager
