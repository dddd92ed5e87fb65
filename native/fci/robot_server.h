#pragma once
// The simulated arm behind the robot's own wire protocol, in real time: TCP commands, states at 1 kHz over UDP.
// One thread does everything in turn, once per millisecond, so that no two parts can disagree about the moment.
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arm/arm_types.h"

namespace forager::fci {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;      // 0 = any free
  int protocol = 5;  // 3..9
  uint64_t seed = 0;
  std::string fault;  // see fault.h, empty for none
  std::string robotModel;           // URDF text for clients that ask for the robot's model; empty: refused
  std::vector<uint8_t> modelLibrary;  // the vendor's library for clients that ask for it; empty: refused
  int patienceMs = 0;  // how long a millisecond of motion waits for a client that is late; a robot waits for nobody
  size_t record = 0;  // newest milliseconds of motion that are kept
};

struct ServerStats {
  uint64_t clients = 0, states = 0, commands = 0, dropped = 0, reflexes = 0, moves = 0;
  uint64_t stops = 0;                  // StopMove requests
  uint64_t faultAt = 0, restAt = 0;    // message_id at which the fault began and the arm then came to rest; 0 = not
};

class RobotServer {
 public:
  class Loop;  // server_loop.h

  // Listens and starts; throws ArmProblem `sim-address`, `sim-port-taken`, `sim-protocol` or `sim-fault`.
  RobotServer(const ArmModel& model, const ServerOptions& options);
  ~RobotServer();
  RobotServer(const RobotServer&) = delete;

  int port() const;
  ServerStats stats() const;
  // What the arm did in the newest `most` milliseconds, [milliseconds, 24], oldest first; columns as in motion_record.h.
  std::vector<double> record(size_t most) const;
  // Ends the thread and closes the sockets. Twice is fine.
  void close();

 private:
  std::unique_ptr<Loop> loop_;
};

}  // namespace forager::fci
