// Sends mutated packets, among valid ones, to both ends of the protocols and judges what comes back. The arm's description
// comes on stdin; the report is one JSON object on stdout. Exits with 1 when anything unsafe came back.
//
// packet-fuzz PART PROTOCOL PACKETS SEED   PART: arm-client, arm-server, gripper-client, gripper-server or stop-box
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "arm-numbers.h"
#include "fuzz.h"

using namespace forager;

namespace {

fuzz::Report run(const std::string& part, const ArmModel& model, int protocol, uint64_t packets, uint64_t seed) {
  if (part == "arm-client") return fuzz::armClient(model, protocol, packets, seed);
  if (part == "arm-server") return fuzz::armServer(model, protocol, packets, seed);
  if (part == "gripper-client") return fuzz::gripperClient(packets, seed);
  if (part == "gripper-server") return fuzz::gripperServer(packets, seed);
  if (part == "stop-box") return fuzz::stopBox(packets, seed);
  throw std::runtime_error("no part is called " + part);
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const ArmModel model = modelOf(readNumbers(std::cin));
  const fuzz::Report report = run(words[1], model, std::atoi(words[2]), std::strtoull(words[3], nullptr, 10), std::strtoull(words[4], nullptr, 10));
  std::printf("{\"packets\":%llu,\"answers\":%llu,\"links\":%llu,\"motions\":%llu,\"unsafe\":%llu,\"first\":\"%s\"}\n",
              static_cast<unsigned long long>(report.packets), static_cast<unsigned long long>(report.answers),
              static_cast<unsigned long long>(report.links), static_cast<unsigned long long>(report.motions),
              static_cast<unsigned long long>(report.unsafe), report.first.c_str());
  return report.unsafe == 0 ? 0 : 1;
}
