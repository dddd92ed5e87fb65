#include "fci/robot_server.h"

#include "arm/arm_driver.h"
#include "fci/fault.h"
#include "fci/protocol.h"
#include "fci/server_loop.h"

namespace forager::fci {

namespace {

Fault readFault(const std::string& text) {
  const auto fault = parseFault(text);
  if (!fault) {
    throw ArmProblem("sim-fault", "The fault \"" + text + "\" is not known. The simulated arm was not started.",
                     "Give KIND@STEP with KIND one of " + faultNames() + "; drop, loss and gap also as KIND@STEP:COUNT.");
  }
  return *fault;
}

}  // namespace

RobotServer::RobotServer(const ArmModel& model, const ServerOptions& options) {
  if (options.protocol < kOldestProtocol || options.protocol > kNewestProtocol) {
    throw ArmProblem("sim-protocol",
                     "The simulated arm does not speak protocol " + std::to_string(options.protocol) + ". It was not started.",
                     "Give a protocol from 3 to 9. A Panda with system 4.2.1 or later speaks 5.");
  }
  loop_ = std::make_unique<Loop>(model, options, readFault(options.fault));
  loop_->start();
}

RobotServer::~RobotServer() = default;

int RobotServer::port() const { return loop_->port(); }
ServerStats RobotServer::stats() const { return loop_->stats(); }
std::vector<double> RobotServer::record(size_t most) const { return loop_->record(most); }
void RobotServer::close() { loop_->close(); }

}  // namespace forager::fci
