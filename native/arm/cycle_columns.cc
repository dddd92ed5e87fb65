// Which numbers of a control cycle an incident record keeps, and how each is read from a sample.
#include <string>

#include "arm/cycle_recorder.h"

namespace forager {

namespace {

constexpr uint64_t kLowFlags = (1u << 21) - 1;  // a float holds 24 bits exactly
constexpr int kLowFlagCount = 21;

struct Source {
  const CycleSample& sample;
  const CycleSample& first;
  int64_t zeroNs;
};

struct Column {
  CycleColumn words;
  float (*read)(const Source&);
};

template <auto Member, size_t... Is>
void addEach(std::vector<Column>& out, const char* group, std::initializer_list<const char*> names, const char* unit,
             std::index_sequence<Is...>) {
  (out.push_back({{group, names.begin()[Is], unit}, [](const Source& from) { return (from.sample.*Member)[Is]; }}), ...);
}

template <auto Member>
void addJoints(std::vector<Column>& out, const char* group, const char* unit) {
  addEach<Member>(out, group, {"J1", "J2", "J3", "J4", "J5", "J6", "J7"}, unit, std::make_index_sequence<kJoints>());
}

template <auto Member>
void addOne(std::vector<Column>& out, const char* group, const char* name, const char* unit) {
  out.push_back({{group, name, unit}, [](const Source& from) { return static_cast<float>(from.sample.*Member); }});
}

template <auto Member>
void addFlags(std::vector<Column>& out, const char* group) {
  out.push_back({{group, "flags 0-20", "bits"}, [](const Source& from) { return static_cast<float>(from.sample.*Member & kLowFlags); }});
  out.push_back({{group, "flags 21-40", "bits"}, [](const Source& from) { return static_cast<float>(from.sample.*Member >> kLowFlagCount); }});
}

std::vector<Column> makeColumns() {
  std::vector<Column> out;
  out.push_back({{"time", "time", "ms"}, [](const Source& from) { return static_cast<float>(static_cast<double>(from.sample.timeNs - from.zeroNs) * 1e-6); }});
  out.push_back({{"message id", "message id", ""}, [](const Source& from) { return static_cast<float>(from.sample.messageId - from.first.messageId); }});
  addJoints<&CycleSample::q>(out, "q", "rad");
  addJoints<&CycleSample::dq>(out, "dq", "rad/s");
  addJoints<&CycleSample::qDesired>(out, "q_d", "rad");
  addJoints<&CycleSample::dqDesired>(out, "dq_d", "rad/s");
  addJoints<&CycleSample::command>(out, "command", "rad/s");
  addJoints<&CycleSample::tauExternal>(out, "tau_ext", "Nm");
  addJoints<&CycleSample::tauMeasured>(out, "tau_J", "Nm");
  addEach<&CycleSample::wrench>(out, "O_F_ext", {"Fx", "Fy", "Fz"}, "N", std::make_index_sequence<3>());
  out.push_back({{"O_F_ext", "Mx", "Nm"}, [](const Source& from) { return from.sample.wrench[3]; }});
  out.push_back({{"O_F_ext", "My", "Nm"}, [](const Source& from) { return from.sample.wrench[4]; }});
  out.push_back({{"O_F_ext", "Mz", "Nm"}, [](const Source& from) { return from.sample.wrench[5]; }});
  addOne<&CycleSample::successRate>(out, "success rate", "success rate", "");
  addOne<&CycleSample::lostStates>(out, "message id gap", "message id gap", "states");
  addOne<&CycleSample::cycleUs>(out, "cycle time", "cycle time", "us");
  addOne<&CycleSample::robotMode>(out, "robot mode", "robot mode", "");
  addOne<&CycleSample::motionGenerator>(out, "motion generator", "motion generator", "");
  addOne<&CycleSample::controllerMode>(out, "controller mode", "controller mode", "");
  addOne<&CycleSample::activity>(out, "activity", "activity", "");
  addOne<&CycleSample::stopKind>(out, "stop", "stop", "");
  addFlags<&CycleSample::errors>(out, "errors");
  addFlags<&CycleSample::reflexReason>(out, "reflex reason");
  addOne<&CycleSample::stopBoxInputs>(out, "stop box inputs", "stop box inputs", "bits");
  addOne<&CycleSample::stopBoxAgeMs>(out, "stop box age", "stop box age", "ms");
  addOne<&CycleSample::heartbeatAgeMs>(out, "heartbeat age", "heartbeat age", "ms");
  return out;
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = makeColumns();
  return all;
}

}  // namespace

std::span<const CycleColumn> cycleColumns() {
  static const std::vector<CycleColumn> words = [] {
    std::vector<CycleColumn> out;
    for (const Column& column : columns()) out.push_back(column.words);
    return out;
  }();
  return words;
}

std::vector<float> cycleTable(std::span<const CycleSample> samples, int64_t zeroNs) {
  std::vector<float> out;
  out.reserve(samples.size() * columns().size());
  for (const Column& column : columns())
    for (const CycleSample& sample : samples) out.push_back(column.read({sample, samples.front(), zeroNs}));
  return out;
}

}  // namespace forager
