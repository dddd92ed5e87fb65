#include "learn/joint_model.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

constexpr float kAngleChange = 0.01f, kVelocityChange = 0.02f;  // rad, rad/s
constexpr double kRowCost = 300;  // of an arm, in multiply-adds of a product

void writeInput(float velocity, float action, float* to) {
  to[0] = kVelocityScale * velocity;
  to[1] = action;
}

// Row 7 i + j of the samples is joint j of transition t.
void writeSample(const Replay& replay, uint32_t t, int i, const JointSamples& to) {
  const float *before = replay.observation(t), *after = replay.nextObservation(t);
  for (int j = 0; j < kJoints; ++j) {
    writeInput(before[kJoints + j], replay.action(t)[j], to.input.row(i * kJoints + j));
    float* change = to.change.row(i * kJoints + j);
    change[0] = (after[j] - before[j]) / kAngleChange;
    change[1] = (after[kJoints + j] - before[kJoints + j]) / kVelocityChange;
  }
}

}  // namespace

JointVector anglesOf(const float* state) {
  JointVector q;
  std::copy_n(state, kJoints, q.begin());
  return q;
}

Normalisation armNormalisation(Arena& saved, const ArmModel& arm) {
  const double even = std::sqrt(12.0);  // width of an even distribution in deviations
  const Normalisation out{saved.floats(kArmStates), saved.floats(kArmStates)};
  for (int j = 0; j < kJoints; ++j) {
    out.shift[j] = static_cast<float>(arm.home[j]);
    out.scale[j] = static_cast<float>(even / (arm.qMax[j] - arm.qMin[j]));
    out.scale[kJoints + j] = static_cast<float>(even * kVelocityScale / 2);
  }
  return out;
}

JointSamples recordJointSamples(Tape& tape, const Replay& replay, RandomStream& random,
                                const std::vector<JointDraw>& draws) {
  int rows = 0;
  for (const JointDraw& draw : draws) rows += kJoints * draw.transitions;
  const JointSamples out{makeTensor(tape.scratch(), rows, 2), makeTensor(tape.scratch(), rows, 2)};
  tape.add({}, {out.input.data, out.change.data, &random}, [=, &replay, &random] {
    int i = 0;
    for (const JointDraw& draw : draws)
      for (int n = 0; n < draw.transitions; ++n)
        writeSample(replay, draw.from[random.below(static_cast<uint32_t>(draw.from.size()))], i++, out);
  });
  return out;
}

Tensor recordJointInputs(Tape& tape, const Tensor& state, const Tensor& action) {
  const int rows = state.rows;
  Tensor out = makeTensor(tape.scratch(), rows * kJoints, 2);
  out.gradientFrom = 0;
  tape.addRows(rows, kRowCost, {state.data, action.data}, {out.data}, [=](int r) {
    for (int j = 0; j < kJoints; ++j)
      writeInput(state.row(r)[kJoints + j], action.row(r)[j], out.row(r * kJoints + j));
  });
  tape.onBackward([=, &tape] {
    const bool wanted = state.wantsGradient();  // not the start
    const bool firstState = wanted && tape.firstGradient(state.gradient);
    const bool firstAction = tape.firstGradient(action.gradient);
    Tape::Buffers written{action.gradient};
    if (wanted) written.push_back(state.gradient);
    tape.addRows(rows, kRowCost, {out.gradient}, std::move(written), [=](int r) {
      if (firstState) std::fill_n(state.gradientRow(r), kArmStates, 0.0f);
      if (firstAction) std::fill_n(action.gradientRow(r), kJoints, 0.0f);
      for (int j = 0; j < kJoints; ++j) {
        const float* from = out.gradientRow(r * kJoints + j);
        if (wanted) state.gradientRow(r)[kJoints + j] += kVelocityScale * from[0];
        action.gradientRow(r)[j] += from[1];
      }
    });
  });
  return out;
}

Tensor recordJointAdvance(Tape& tape, const Tensor& state, const Tensor& change) {
  const int rows = state.rows;
  Tensor out = makeTensor(tape.scratch(), rows, kArmStates);
  out.gradientFrom = 0;
  tape.addRows(rows, kRowCost, {state.data, change.data}, {out.data}, [=](int r) {
    for (int j = 0; j < kJoints; ++j) {
      const float* by = change.row(r * kJoints + j);
      out.row(r)[j] = state.row(r)[j] + kAngleChange * by[0];
      out.row(r)[kJoints + j] = state.row(r)[kJoints + j] + kVelocityChange * by[1];
    }
  });
  tape.onBackward([=, &tape] {
    const bool wanted = state.wantsGradient();  // not the start
    const bool first = wanted && tape.firstGradient(state.gradient);
    const bool firstChange = tape.firstGradient(change.gradient);
    Tape::Buffers written{change.gradient};
    if (wanted) written.push_back(state.gradient);
    tape.addRows(rows, kRowCost, {out.gradient}, std::move(written), [=](int r) {
      for (int j = 0; j < kJoints; ++j) {
        float* to = change.gradientRow(r * kJoints + j);
        if (firstChange) to[0] = to[1] = 0;
        to[0] += kAngleChange * out.gradientRow(r)[j];
        to[1] += kVelocityChange * out.gradientRow(r)[kJoints + j];
      }
      if (!wanted) return;
      for (int i = 0; i < kArmStates; ++i)
        state.gradientRow(r)[i] = (first ? 0 : state.gradientRow(r)[i]) + out.gradientRow(r)[i];
    });
  });
  return out;
}

}  // namespace forager
