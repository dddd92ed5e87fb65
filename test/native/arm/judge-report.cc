#include "judge-report.h"

#include <cstdio>

namespace forager {

void Findings::take(const judge::MotionJudge& judge, uint64_t sequence, const char* kind) {
  for (size_t& seen = seen_[&judge]; seen < judge.breaches().size(); seen++) {
    const judge::Breach& breach = judge.breaches()[seen];
    char line[240];
    std::snprintf(line, sizeof line,
                  "%s\n{\"sequence\":%llu,\"kind\":\"%s\",\"limit\":\"%s\",\"millisecond\":%llu,\"value\":%.9g,\"allowed\":%.9g}",
                  lines_.empty() ? "" : ",", static_cast<unsigned long long>(sequence), kind, judge::limitName(breach.limit),
                  static_cast<unsigned long long>(breach.millisecond), breach.value, breach.allowed);
    lines_ += line;
  }
}

std::string worstJson(const judge::MotionJudge& judge) {
  std::string out;
  for (int i = 0; i < judge::kLimits; i++) {
    const auto limit = static_cast<judge::Limit>(i);
    char part[80];
    std::snprintf(part, sizeof part, "%s\"%s\":%.9g", i ? "," : "", judge::limitName(limit), judge.worst(limit));
    out += part;
  }
  return "{" + out + "}";
}

std::string countsJson(const std::map<std::string, uint64_t>& counts) {
  std::string out;
  for (const auto& [name, times] : counts) out += (out.empty() ? "\"" : ",\"") + name + "\":" + std::to_string(times);
  return "{" + out + "}";
}

std::string codeOf(StopKind kind) {
  StopCause cause;
  cause.kind = kind;
  return kind == StopKind::none ? "none" : describe(cause).code;
}

}  // namespace forager
