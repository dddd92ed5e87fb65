#pragma once
// The 1 kHz thread: takes the newest state, runs one control cycle, answers with one command.
#include <atomic>
#include <thread>

#include "arm/controller.h"
#include "arm/cycle_recorder.h"
#include "arm/link_timing.h"
#include "arm/seq_lock.h"
#include "arm/shaper.h"
#include "fci/drill.h"
#include "fci/net.h"
#include "fci/request_slot.h"
#include "fci/state_plausibility.h"
#include "fci/wire.h"

namespace forager::fci {

// What the link has done, for readers.
struct LinkStats {
  static constexpr int kSeconds = 10;
  uint64_t received = 0, lost = 0, received10s = 0, lost10s = 0;
  uint64_t roundTrips = 0;
  double roundTripMeanMs = -1, roundTripWorstMs = -1;
  double cycleWorstUs = 0;    // state received to command sent
  double successRate = -1;    // -1 while no Move runs
  int64_t lastStateNs = 0;    // monotonic, 0 before the first
  uint8_t robotMode = kOther;
  double clockDrift = 0;      // share by which the robot's clock runs apart from ours; 0 until it is known
  bool realTimeScheduling = false;  // granted to the control thread
};

class ControlLoop {
 public:
  // Both outlive the loop. `wake` is raised when something a waiting thread looks at has changed.
  ControlLoop(const ArmModel& model, Fd udp, const Address& robot, int protocol, ArmController& controller, RequestSlot& slot,
              Wake& wake, const Drill& drill);
  ~ControlLoop();

  void start();
  void close();

  // One pass: drain, cycle, answer. Called by the loop's own thread, and by a stand-in on another core when that thread
  // is late: on a kernel that cannot preempt itself even a real-time thread may wait 20 ms for its core.
  // False when the other one is in a pass; nothing was done then.
  bool tryPass();

  LinkStats stats() const { return published_.read(); }
  const CycleRecorder& cycles() const { return cycles_; }
  const LinkTiming& timing() const { return timing_; }
  // The second thread found this one late.
  void noteLate() { late_ = true; }
  // Sends nothing any more: a robot that hears nothing stops by itself. Any thread; for good.
  void cut() { cut_ = true; }
  // Monotonic ns of the newest pass, for the watchdog.
  const std::atomic<int64_t>& beat() const { return beat_; }

 private:
  void run();
  bool drain(int64_t now);
  void noteSilence(int64_t now);
  void countPacket(uint64_t id, uint64_t before);
  void advanceWindow(int64_t now);
  void answer(int64_t now);
  MotionCommand command(const Output& out);
  void send(const MotionCommand& command, int64_t now);
  void record(const Output& out, bool running, int skipped, int64_t now);
  void countRoundTrip(int64_t now);
  void judgeCycleTime(int64_t now);
  void compareClocks(int64_t now);
  void playDrill();
  void publish();

  Fd udp_;
  const Address robot_;
  const int protocol_;
  ArmController& controller_;
  RequestSlot& slot_;
  Wake& wake_;

  const JointVector acceleration_;   // the robot's limits, rad/s2
  const StatePlausibility plausible_;
  const std::array<AxisShaper, kJoints> shapers_;  // for a Move that runs although nobody wants it
  int restCycles_ = 0, unwantedCycles_ = 0;

  ArmState state_;           // newest valid one
  sockaddr_in source_{};     // where it came from; commands go back there
  int64_t lastPassNs_ = 0;
  int64_t overslept_ = 0;    // of the present silence, ns
  uint64_t answeredId_ = 0;  // message_id of the last state that got a cycle
  bool wantedMove_ = false, wantedStop_ = false;
  JointVector sent_{};       // last command, rad/s
  int64_t sentNs_ = 0;       // when its state came; 0 = none waits to be seen
  double roundTripSum_ = 0;  // ms
  LinkStats stats_;
  CycleRecorder cycles_;
  LinkTiming timing_;
  struct Second {
    uint64_t received = 0, lost = 0;
  };
  std::array<Second, LinkStats::kSeconds> window_{};
  int64_t windowSecond_ = 0;

  Drill drill_;
  bool strictTime_ = false;             // cycle times stop the arm
  std::array<int64_t, 3> lateCycles_{};  // when the newest late answers were sent, ns
  size_t lateCycle_ = 0;
  uint64_t clockId_ = 0;                // message_id and time at which the comparison of the clocks began
  int64_t clockNs_ = 0;

  std::atomic_flag inPass_;  // guards everything above that is not atomic
  std::atomic<bool> closing_{false}, late_{false}, cut_{false};
  std::atomic<int64_t> beat_{0};
  SeqLock<LinkStats> published_;
  std::thread thread_;
};

}  // namespace forager::fci
