#pragma once
#include <atomic>
#include <vector>

#include "arm/controller.h"
#include "arm/home_motion.h"
#include "arm/measurement_watch.h"
#include "arm/supervisor.h"

namespace forager {

// State and steps of the control cycle; seen by ArmController only.
struct ArmController::Core {
  enum class Phase : uint8_t { idle, starting, moving, braking, finishing };
  enum class Goal : uint8_t { none, home, episode };
  enum class Request : uint32_t { none, home, episode, endEpisode };

  explicit Core(const ArmModel& model) : space(model), supervisor(space), measured(space), homeMotion(model) { crumbs.resize(kMaxBreadcrumbs); }

  // --- shared with other threads ---
  std::atomic<Request> request{Request::none};
  HomePath postedPath;  // written before `request`, read after it
  std::atomic<StopKind> pendingStop{StopKind::none};
  struct Measure {
    std::atomic<double> value{0}, limit{0};
  };
  std::array<Measure, kStopKinds> pendingMeasures;  // by kind: threads that stop for different reasons do not mix
  std::atomic<bool> latched{false};
  // Acts of a person that clear what is latched: each has a number, so that one asked for while an earlier one is being
  // dropped is not dropped with it. An act clears the stops asked for up to `clearedUpTo`, and none when there is a later
  // one by then.
  std::atomic<uint64_t> clearsAsked{0}, clearsDone{0};
  std::atomic<uint64_t> stopsAsked{0}, clearedUpTo{0};
  bool clearing() const { return clearsAsked != clearsDone && stopsAsked == clearedUpTo; }
  std::atomic<Phase> phase{Phase::idle};  // written by the control thread only
  std::atomic<Goal> goal{Goal::none};
  std::atomic<int64_t> heartbeatNs{-1};  // -1 = none required
  SeqLock<std::array<float, kJoints>> mailbox;
  SeqLock<SupervisorLimits> postedLimits;
  std::atomic<bool> newRun{false};
  std::atomic<const StopBoxSignal*> stopBox{nullptr};
  SeqLock<ControlSnapshot> snapshots;
  SeqLock<StepRecord> records;
  std::atomic<uint64_t> recordIndex{0};
  std::vector<JointVector> crumbs;  // written while a Move runs, read while none does
  std::atomic<int> crumbCount{0};

  // --- control thread only ---
  SafeSpace space;
  Supervisor supervisor;
  MeasurementWatch measured;
  HomeMotion homeMotion;
  ControlSnapshot view;
  ArmState last;
  StopCause cause;
  int64_t nowNs = 0;
  int phaseCycles = 0, restCycles = 0, publishIn = 0, settleCycles = 0;
  bool fastStopped = false, fresh = false;
  bool beganInside = true;  // this motion; it must then stay there
  uint64_t limitsSequence = 0;
  uint32_t stepWarned = 0, stepActed = 0;  // rows, since they were last counted
  double motionS = 0, pathM = 0;           // since a person armed

  // the running episode
  JointVector target{}, sentSum{};
  uint64_t nextTick = 0, mailSequence = 0;
  int64_t heardNs = 0;
  int sentCount = 0;
  int32_t flags = 0;
  bool answered = false;  // an action came since the last tick
  bool recordDue = false;  // the episode has ended and its last record is not out yet
  EndCode end = EndCode::none;
  bool wake = false;
  uint64_t clearTaken = 0;  // newest act that was carried out; its number becomes `clearsDone` when readers can see it

  Output cycle(const ArmState& state, int64_t now_ns, int lost);
  void takeLimits();
  void takeRequests(const ArmState& state);
  void hold(int row);
  void countRules();
  void checkCommand(const ArmState& state, JointVector& dq);
  void checkRun();
  void enter(Phase next);
  void latch(StopCause found);
  void endEpisode(EndCode code);
  void moveEnded(const ArmState& state);
  void startMoving(const ArmState& state);
  JointVector move(const ArmState& state, int lost);
  JointVector moveHome(const ArmState& state);
  JointVector followPolicy(const ArmState& state, int lost);
  JointVector brake(const ArmState& state) const;
  void readMail();
  void checkPolicyAge();
  void tick(const ArmState& state);
  void publishRecord(const ArmState& state);
  void dropCrumb(const JointVector& q);
  void noteStandstill(const ArmState& state);
  void publish(const ArmState& state);
  Activity activity() const;
};

}  // namespace forager
