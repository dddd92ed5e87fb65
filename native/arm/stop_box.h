#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "arm/arm_driver.h"
#include "arm/seq_lock.h"
#include "arm/stop_box_rules.h"

namespace forager {

// What the control cycle looks at: no lock, no allocation. The box's own thread writes it; when that thread dies the age
// of the newest frame grows, and the control cycle stops the arm by itself.
struct StopBoxSignal {
  std::atomic<bool> released{false};
  std::atomic<int64_t> frameNs{-1};  // steady clock
  std::atomic<uint8_t> inputs{0};    // of the newest frame, for the record
};

// The stop box on a serial port, read by a thread of its own. Any doubt about it stops the guarded arm at once and
// latches; it never releases or moves anything by itself.
class StopBox {
 public:
  struct State {
    StopBoxPhase phase = StopBoxPhase::waiting;
    StopBoxTrip trip = StopBoxTrip::none;  // the newest one
    uint64_t trips = 0;
    int64_t frameNs = -1;
    int portError = 0;  // errno; the port is gone for good
  };

  // Opens the port; throws ArmProblem `stop-box-port`. frameAgeS: row 22 of the supervisor's table. dieAfter: a drill, the
  // thread ends without a word after so many ms; 0 for none.
  StopBox(const std::string& path, double frameAgeS, bool needsGrip, int64_t dieAfterMs = 0);
  ~StopBox();
  StopBox(const StopBox&) = delete;

  // The arm that is stopped, instead of any before; null for none.
  void guard(const std::shared_ptr<ArmDriver>& arm);
  State state() const;
  double ageMs() const;  // of the newest frame, -1 before the first
  // Ends the thread and frees the port. Twice is fine.
  void close();

 private:
  void run();
  void readPort(int64_t now);
  void take(StopBoxTrip trip);
  void answer(int64_t now);
  void publish(int64_t now);

  int fd_ = -1;
  const int64_t dieAtNs_;  // steady clock, 0 = never
  StopBoxRules rules_;
  StopBoxDecoder decoder_;
  State state_;
  int64_t answeredNs_ = 0, lookedNs_ = 0;
  uint8_t sequence_ = 0;
  const std::shared_ptr<StopBoxSignal> signal_ = std::make_shared<StopBoxSignal>();
  mutable std::mutex mutex_;  // guards arm_; never taken by the control thread
  std::weak_ptr<ArmDriver> arm_;
  SeqLock<State> published_;
  std::atomic<bool> closing_{false};
  std::thread thread_;
};

// Stable code and plain words of a trip, and the words for what the box waits for (empty when it allows motion).
const char* stopBoxCode(StopBoxTrip trip);
const char* stopBoxWords(StopBoxTrip trip);
const char* stopBoxStateName(StopBoxPhase phase);
const char* stopBoxWords(StopBoxPhase phase);

}  // namespace forager
