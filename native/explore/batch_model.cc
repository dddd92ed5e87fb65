#include "explore/batch_model.h"

namespace forager {

BatchModel::BatchModel(const Replay& replay, const LearnerOptions& options, const BatchModelSettings& settings)
    : RewardModel(options),
      adam_(optimiser(settings.modelRate)),
      weights_(stream("model weights")),
      tape_(scratch_),
      replay_(replay),
      identity_(makeNormalisation(saved_, replay, false)),
      running_(saved_),
      sampling_(stream(settings.separateBatches != 0 ? "model batch" : "batch")),
      batch_(static_cast<int>(settings.batch)),
      withoutReplacement_(settings.withoutReplacement != 0),
      scales_(settings.runningScale != 0),
      reward_(loss("reward")) {}

Batch BatchModel::recordBatch() {
  return recordDraw(tape_, replay_, batch_, sampling_, {withoutReplacement_, false, identity_.shift, identity_.scale});
}

void BatchModel::finish(const std::vector<Mlp*>& networks) {
  tape_.backward();
  recordAdam(tape_, adam_, {});
  for (Mlp* each : networks) each->recordAdam(tape_, adam_);
}

void BatchModel::recordRewards(Tape& tape, const Tensor& r, Tape::Buffers reads, double rowCost,
                               std::function<float(int row)> rewardOf) {
  tape.addRows(r.rows, rowCost, std::move(reads), {r.data},
               [r, rewardOf = std::move(rewardOf)](int i) { *r.row(i) = rewardOf(i); });
  tape.add({r.data, running_.buffer()}, {r.data, running_.buffer(), &reward_}, [r, this] {
    if (scales_) running_.apply(r);
    double mean = 0;
    for (int i = 0; i < r.rows; ++i) mean += *r.row(i) / static_cast<double>(r.rows);
    reward_ = mean;
  });
}

}  // namespace forager
