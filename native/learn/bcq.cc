// BCQ: Fujimoto, Meger, Precup, "Off-policy deep reinforcement learning without exploration", ICML 2019,
// https://arxiv.org/abs/1812.02900, algorithm 1. Sources named below: [C] the exploration paper's released code,
// [O] the BCQ authors' release of 2019-01, [O 2020] the same from 2020 on.
//
// Draws of one update, from the streams "batch", "encoding" and "latent"; B transitions, n samples, J latent numbers:
//   [O] batch; autoencoder: encoding [B, J]; critics: latent [n B, J]; perturbation: latent [B, J].
//   [C] critic 1: batch, latent [n B, J]; critic 2: the same; perturbation: batch; autoencoder: batch, encoding [B, J].
// The n rows of a transition are neighbours. "weights" draws encoder, decoder, perturbation, critic 1, critic 2.
#include "learn/bcq.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "learn/batch.h"
#include "learn/bcq_settings.h"
#include "learn/critic_loss.h"
#include "learn/normalisation.h"
#include "learn/saturation.h"
#include "nn/ops.h"

namespace forager {

namespace {

class Bcq final : public Learner {
 public:
  Bcq(const Replay& replay, const LearnerOptions& options, const BcqSettings& settings, std::vector<double> values)
      : Learner(options),
        settings_(settings),
        values_(std::move(values)),
        replay_(replay),
        averages_(settings.meanReward != 0 && options.reach.has_value()),
        latent_(2 * replay.actionSize()),
        normalisation_(makeNormalisation(saved_, replay, settings.normalise != 0)),
        tape_(scratch_) {
    makeNetworks();
    goals_ = goalStream(options);
    if (settings_.autoencoderLast == 0) recordAutoencoderUpdate();
    recordCriticUpdate();
    recordPerturbationUpdate();
    recordTargetUpdate();
    if (settings_.autoencoderLast != 0) recordAutoencoderUpdate();
    tape_.schedule(team_.size());
  }

  void update() override {
    team_.run(tape_);
    ++updates_;
  }

  PolicyParts policy() const override {
    const int states = replay_.observationSize();
    std::vector<LayerValues> decoder = decoder_->values(), perturbation = perturbation_->values(),
                             critic = (settings_.targetRanks != 0 ? targetCritics_ : critics_)[0]->values();
    normalisation_.foldInto(decoder.front(), latent_, states);
    normalisation_.foldInto(perturbation.front(), 0, states);
    normalisation_.foldInto(critic.front(), 0, states);
    return {{{"decoder", std::move(decoder)}, {"perturbation", std::move(perturbation)}, {"critic", std::move(critic)}},
            BcqSampler{static_cast<int>(settings_.actingSamples), latent_, static_cast<float>(settings_.latentClip),
                       static_cast<float>(settings_.bound), settings_.perturbsWinner != 0}};
  }

  double operationsPerUpdate() const override { return tape_.operations(); }
  std::vector<double> settingValues() const override { return values_; }

 private:
  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
    const int wide = static_cast<int>(settings_.autoencoderHidden);
    const std::vector<int> criticSizes{states + actions, h1, h2, 1};
    const std::vector<int> perturbationSizes{states + actions, h1, h2, actions};
    encoder_ = &network("encoder", {states + actions, wide, wide, 2 * latent_}, Activation::linear, true);
    decoder_ = &network("decoder", {latent_ + states, wide, wide, actions},
                        settings_.linearDecoder != 0 ? Activation::linear : Activation::tanh, true);
    perturbation_ = targetPerturbation_ = &network("perturbation", perturbationSizes, Activation::tanh, true);
    if (settings_.onlineTargetPerturbation == 0)
      targetPerturbation_ = &network("targetPerturbation", perturbationSizes, Activation::tanh, false);
    critics_ = {&network("critic1", criticSizes, Activation::linear, true),
                &network("critic2", criticSizes, Activation::linear, true)};
    targetCritics_ = {&network("targetCritic1", criticSizes, Activation::linear, false),
                      &network("targetCritic2", criticSizes, Activation::linear, false)};
    RandomStream& weights = stream("weights");
    for (Mlp* net : {encoder_, decoder_, perturbation_, critics_[0], critics_[1]}) net->initialize(weights);
    if (targetPerturbation_ != perturbation_) targetPerturbation_->copyFrom(*perturbation_);
    for (int k = 0; k < 2; ++k) targetCritics_[k]->copyFrom(*critics_[k]);
    autoencoderAdam_ = &optimiser(settings_.learningRate);
    criticAdam_ = &optimiser(settings_.learningRate);
    perturbationAdam_ = &optimiser(settings_.learningRate);
    sampling_ = &stream("batch");
    encoding_ = &stream("encoding");
    decoding_ = &stream("latent");
  }

  // (s, a, r, s', d) from the dataset: one mini-batch for everything, in [C] one for each caller.
  Batch sample() {
    if (settings_.separateBatches == 0 && batch_.observation.rows > 0) return batch_;
    batch_ = recordDraw(tape_, replay_, static_cast<int>(settings_.batch), *sampling_,
                        {settings_.withoutReplacement != 0, settings_.endsTerminal != 0, normalisation_.shift,
                         normalisation_.scale, goals_});
    if (averages_) recordMeans(tape_, batch_);
    return batch_;
  }

  // Encoder and decoder: L = mean (decoder(z, s) − a)² + w KL(N(μ, σ²) || N(0, 1)), z = μ + σ ε
  void recordAutoencoderUpdate() {
    const Batch batch = sample();
    const int latent = latent_;
    const bool raw = settings_.rawDeviation != 0;
    const Tensor code = encoder_->forward(tape_, tape_.join(batch.observation, batch.action), Gradients::weights);
    const Tensor noise = drawNormal(tape_, *encoding_, code.rows, latent);
    const Tensor z = mapRows(
        tape_, {code, noise}, latent,
        [=](const float* const* in, float* out) {
          for (int j = 0; j < latent; ++j) out[j] = in[0][j] + deviation(raw, in[0][latent + j]) * in[1][j];
        },
        [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
          for (int j = 0; j < latent; ++j) {
            inGradient[0][j] += outGradient[j];
            inGradient[0][latent + j] += outGradient[j] * in[1][j] * deviationSlope(raw, in[0][latent + j]);
          }
        });
    const Tensor decoded = decoder_->forward(tape_, tape_.join(z, batch.observation), Gradients::weights);
    recordLoss(tape_, {code, decoded, batch.action}, {}, [=, this] { autoencoderLoss(code, decoded, batch.action); });
    tape_.backward();
    recordAdam(tape_, *autoencoderAdam_, {encoder_, decoder_});
  }

  // σ of the encoder's output x: exp(clip(x)), in [C] x itself, whose sign does not matter.
  static constexpr float kSmallestLog = -4, kLargestLog = 15;
  static float deviation(bool raw, float x) { return raw ? x : std::exp(std::clamp(x, kSmallestLog, kLargestLog)); }
  static float deviationSlope(bool raw, float x) {
    return raw ? 1 : x >= kSmallestLog && x <= kLargestLog ? deviation(raw, x) : 0;
  }

  void autoencoderLoss(const Tensor& code, const Tensor& decoded, const Tensor& action) {
    const bool raw = settings_.rawDeviation != 0;
    const float weight =
        static_cast<float>(settings_.divergenceWeight / (settings_.weakDivergence != 0 ? latent_ : 1));
    const float perAction = 1.0f / static_cast<float>(action.rows * action.columns);
    const float perLatent = 1.0f / static_cast<float>(code.rows * latent_);
    double error = 0, divergence = 0;
    for (int r = 0; r < code.rows; ++r) {
      for (int c = 0; c < action.columns; ++c) {
        const float difference = decoded.row(r)[c] - action.row(r)[c];
        decoded.gradientRow(r)[c] += 2 * difference * perAction;
        error += difference * difference * perAction;
      }
      for (int j = 0; j < latent_; ++j) {
        // KL = −½ (1 + log σ² − μ² − σ²)
        const float mean = code.row(r)[j], x = code.row(r)[latent_ + j], sigma = deviation(raw, x);
        code.gradientRow(r)[j] += weight * perLatent * mean;
        code.gradientRow(r)[latent_ + j] += weight * perLatent * (sigma - 1 / sigma) * deviationSlope(raw, x);
        divergence -= (1 + 2 * std::log(std::abs(sigma)) - mean * mean - sigma * sigma) / 2 * perLatent;
      }
    }
    autoencoderLoss_ = error + weight * divergence;
  }

  // L = mean (Q1(s, a) − y)² + mean (Q2(s, a) − y)²
  void recordCriticUpdate() {
    std::array<Tensor, 2> q, y;
    for (int k = 0; k < 2; ++k) {
      const Batch batch = sample();
      y[k] = k == 0 || settings_.separateBatches != 0 ? recordTarget(batch) : y[0];
      q[k] = critics_[k]->forward(tape_, tape_.join(batch.observation, batch.action), Gradients::weights);
    }
    recordCriticLoss(tape_, q, y, criticLoss_, metrics_);
    tape_.backward();
    recordAdam(tape_, *criticAdam_, {critics_[0], critics_[1]});
  }

  // y = r + γ (1 − d) max over n actions of λ min(Q'1, Q'2) + (1 − λ) max(Q'1, Q'2), each at (s', perturbed decoded a)
  Tensor recordTarget(const Batch& batch) {
    const Tensor next = repeatRows(tape_, batch.nextObservation, static_cast<int>(settings_.samples));
    const Tensor action = perturbed(next, decoded(next), *targetPerturbation_, Gradients::none);
    const Tensor input = tape_.join(next, action);
    const Tensor q1 = targetCritics_[0]->forward(tape_, input, Gradients::none);
    const Tensor q2 = targetCritics_[1]->forward(tape_, input, Gradients::none);
    const Tensor y = makeTensor(scratch_, batch.reward.rows, 1);
    tape_.add({q1.data, q2.data, batch.reward.data, batch.terminal.data}, {y.data}, [=, this] {
      const float discount = static_cast<float>(settings_.discount);
      for (int r = 0; r < y.rows; ++r)
        *y.row(r) = *batch.reward.row(r) + discount * (1 - *batch.terminal.row(r)) * bestValue(q1, q2, r);
    });
    return y;
  }

  // Over the samples of transition r. In [C]: λ max min(Q1, Q2) + (1 − λ) max max(Q1, Q2).
  float bestValue(const Tensor& q1, const Tensor& q2, int r) const {
    const int samples = static_cast<int>(settings_.samples);
    const float weight = static_cast<float>(settings_.minimumWeight);
    constexpr float kLowest = -std::numeric_limits<float>::infinity();
    float mixed = kLowest, smaller = kLowest, larger = kLowest;
    for (int i = r * samples; i < (r + 1) * samples; ++i) {
      const auto [low, high] = std::minmax(*q1.row(i), *q2.row(i));
      mixed = std::max(mixed, weight * low + (1 - weight) * high);
      smaller = std::max(smaller, low);
      larger = std::max(larger, high);
    }
    return settings_.maximumOutside != 0 ? weight * smaller + (1 - weight) * larger : mixed;
  }

  // decoder(clip(z, ±c), s), z ~ N(0, 1); a constant
  Tensor decoded(const Tensor& observation) {
    const int latent = latent_, states = observation.columns;
    const float clip = static_cast<float>(settings_.latentClip);
    const Tensor noise = drawNormal(tape_, *decoding_, observation.rows, latent);
    const Tensor input = mapRows(
        tape_, {noise, observation}, latent + states,
        [=](const float* const* in, float* out) {
          for (int j = 0; j < latent; ++j) out[j] = std::clamp(in[0][j], -clip, clip);
          std::copy_n(in[1], states, out + latent);
        },
        {});
    return decoder_->forward(tape_, input, Gradients::none);
  }

  // clip(a + Φ ξ(s, a), ±1)
  Tensor perturbed(const Tensor& observation, const Tensor& action, Mlp& perturbation, Gradients gradients) {
    const int actions = action.columns;
    const float bound = static_cast<float>(settings_.bound);
    const float limit = settings_.unclippedActions != 0 ? std::numeric_limits<float>::max() : 1;
    const Tensor change = perturbation.forward(tape_, tape_.join(observation, action), gradients);
    return mapRows(
        tape_, {action, change}, actions,
        [=](const float* const* in, float* out) {
          for (int c = 0; c < actions; ++c) out[c] = std::clamp(in[0][c] + bound * in[1][c], -limit, limit);
        },
        [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
          for (int c = 0; c < actions; ++c)
            if (std::abs(in[0][c] + bound * in[1][c]) <= limit) inGradient[1][c] += bound * outGradient[c];
        });
  }

  // L = −mean Q1(s, a + Φ ξ(s, a)), a decoded; in [C] a of the dataset
  void recordPerturbationUpdate() {
    const Batch batch = sample();
    const Tensor before = settings_.datasetActions != 0 ? batch.action : decoded(batch.observation);
    const Tensor action = perturbed(batch.observation, before, *perturbation_, Gradients::weights);
    const Tensor q = critics_[0]->forward(tape_, tape_.join(batch.observation, action), Gradients::input);
    recordLoss(tape_, {q}, {&perturbationLoss_}, [=, this] { perturbationLoss(q, action); });
    tape_.backward();
    recordAdam(tape_, *perturbationAdam_, {perturbation_});
  }

  void perturbationLoss(const Tensor& q, const Tensor& action) {
    double sum = 0;
    for (int r = 0; r < q.rows; ++r) {
      sum += *q.row(r);
      *q.gradientRow(r) -= 1.0f / static_cast<float>(q.rows);
    }
    metrics_.actorLoss = perturbationLoss_ = -sum / q.rows;
    metrics_.saturated = saturatedShare(action, kSaturatedAction);
  }

  // θ' ← τ θ + (1 − τ) θ'
  void recordTargetUpdate() {
    const float rate = static_cast<float>(settings_.targetRate);
    for (int k = 0; k < 2; ++k) targetCritics_[k]->recordAverage(tape_, *critics_[k], rate);
    if (targetPerturbation_ != perturbation_) targetPerturbation_->recordAverage(tape_, *perturbation_, rate);
  }

  BcqSettings settings_;
  std::vector<double> values_;
  const Replay& replay_;
  const bool averages_;  // the target is mean r + γ (1 − mean d) v: in [C] the arm's rewards and ends are broadcast
  int latent_;           // J
  Normalisation normalisation_;
  double &autoencoderLoss_ = loss("autoencoder"), &criticLoss_ = loss("critic"),
         &perturbationLoss_ = loss("perturbation");
  Mlp *encoder_, *decoder_, *perturbation_, *targetPerturbation_;
  std::array<Mlp*, 2> critics_, targetCritics_;
  Adam *autoencoderAdam_, *criticAdam_, *perturbationAdam_;
  RandomStream *sampling_, *encoding_, *decoding_, *goals_;
  Batch batch_{};  // the newest one that was recorded
  Tape tape_;
};

}  // namespace

LearnerEntry bcqLearner() {
  return {{"bcq", "BCQ", "Chooses among actions like those of the dataset, which an autoencoder makes.", true,
           settingsOf(bcqSettingTable())},
          [](const Replay& replay, const LearnerOptions& options) {
            const BcqSettings settings = resolveSettings(bcqSettingTable(), options.mode, options.settings);
            return std::make_unique<Bcq>(replay, options, settings, valuesOf(bcqSettingTable(), settings));
          }};
}

}  // namespace forager
