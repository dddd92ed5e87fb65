#pragma once
// What the programs with a judge in them report, as parts of one JSON object on stdout.
#include <map>
#include <string>

#include "arm/stop_cause.h"
#include "motion-judge.h"

namespace forager {

// Collects what a judge finds, with the number of the sequence in which it was found.
class Findings {
 public:
  // Takes what `judge` has found since the last call.
  void take(const judge::MotionJudge& judge, uint64_t sequence, const char* kind);
  std::string json() const { return "[" + lines_ + "]"; }

 private:
  std::map<const judge::MotionJudge*, size_t> seen_;
  std::string lines_;
};

// Of rates the largest share of what is allowed; of distances how far beyond.
std::string worstJson(const judge::MotionJudge& judge);
// Times that something happened, by its name.
std::string countsJson(const std::map<std::string, uint64_t>& counts);
// Code of a kind of stop, `none` where there is none.
std::string codeOf(StopKind kind);

}  // namespace forager
