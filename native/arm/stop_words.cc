#include "arm/stop_words.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace forager::stop_words {

std::string text(const char* format, ...) {
  char buffer[400];
  va_list values;
  va_start(values, format);
  std::vsnprintf(buffer, sizeof buffer, format, values);
  va_end(values);
  return buffer;
}

const char* wallName(Wall wall) {
  switch (wall) {
    case Wall::back: return "back";
    case Wall::front: return "front";
    case Wall::right: return "right";
    case Wall::left: return "left";
    case Wall::floor: return "floor";
    case Wall::top: return "top";
    case Wall::none: break;
  }
  return "box";
}

const char* pointName(int link) { return link == 4 ? "Elbow" : link == 6 ? "Wrist" : link == 8 ? "A fingertip" : "Tool tip"; }

StopText inDegrees(const StopCause& cause) {
  StopText out;
  out.unit = "°";
  out.value = cause.value * 180 / M_PI;
  out.limit = cause.limit * 180 / M_PI;
  return out;
}

StopText inMillimetres(const StopCause& cause) {
  StopText out;
  out.unit = "mm";
  out.value = cause.value * 1000;
  out.limit = cause.limit * 1000;
  return out;
}

StopText inMilliseconds(const StopCause& cause) {
  StopText out;
  out.unit = "ms";
  out.value = cause.value * 1000;
  out.limit = cause.limit * 1000;
  return out;
}

StopText inNumbers(const StopCause& cause, const char* unit) {
  StopText out;
  out.unit = unit;
  out.value = cause.value;
  out.limit = cause.limit;
  return out;
}

StopText plain(const char* code, const char* title, const char* message, const char* tip) {
  StopText out;
  out.code = code;
  out.title = title;
  out.message = message;
  out.tip = tip;
  return out;
}

}  // namespace forager::stop_words
