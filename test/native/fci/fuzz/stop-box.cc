// The serial line of the stop box with rubbish, lost and doubled bytes in it. A frame that is believed must be the last
// eight bytes of the line, and motion is allowed only while the newest frame has both channels closed.
#include <deque>

#include "arm/stop_box_rules.h"
#include "fuzz.h"
#include "mutator.h"

namespace forager::fuzz {

namespace {

constexpr int64_t kMs = 1'000'000, kFrameAgeNs = 100 * kMs, kPeriodNs = 20 * kMs;

}  // namespace

Report stopBox(uint64_t packets, uint64_t seed) {
  Report report;
  Mutator random(seed);
  StopBoxDecoder decoder;
  StopBoxRules rules(kFrameAgeNs, false);
  std::deque<uint8_t> line;
  StopBoxFrame box, newest;
  int64_t now = 0, frameAt = -1;
  bool wasReleased = false;
  while (report.packets < packets) {
    now += kPeriodNs / 2 + static_cast<int64_t>(random.below(kPeriodNs));
    box.sequence++;
    box.uptime++;
    // Mostly closed, so that it is released again and again.
    if (random.chance(0.01)) box.inputs = static_cast<uint8_t>(random.below(16));
    if (random.chance(0.02)) box.inputs = kBoxChannelA | kBoxChannelB;
    const bool reset = random.chance(0.2);
    StopBoxFrame shown = box;
    if (reset) shown.inputs |= kBoxReset;
    const auto bytes = encodeStopBoxFrame(shown);
    std::vector<uint8_t> sent(bytes.begin(), bytes.end());
    if (random.chance(0.1)) random.mutate(sent);
    ++report.packets;
    for (const uint8_t byte : sent) {
      line.push_back(byte);
      if (line.size() > kStopBoxFrameBytes) line.pop_front();
      StopBoxFrame frame;
      const auto found = decoder.push(byte, frame);
      if (found == StopBoxDecoder::Found::damaged) rules.damaged(now);
      if (found != StopBoxDecoder::Found::frame) continue;
      ++report.answers;
      const auto expected = encodeStopBoxFrame(frame);
      if (!std::equal(line.begin(), line.end(), expected.begin(), expected.end())) report.blame("a frame that was never sent whole");
      rules.frame(frame, now);
      newest = frame;
      frameAt = now;
    }
    rules.tick(now);
    const bool closed = (newest.inputs & (kBoxChannelA | kBoxChannelB)) == (kBoxChannelA | kBoxChannelB);
    if (rules.released() && (frameAt < 0 || !closed || now - frameAt > kFrameAgeNs)) report.blame("released without closed channels");
    if (rules.released() && !wasReleased) ++report.motions;
    wasReleased = rules.released();
  }
  report.links = 1;
  return report;
}

}  // namespace forager::fuzz
