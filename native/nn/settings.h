#pragma once
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace forager {

inline constexpr std::array<const char*, 3> kModes{"published", "paper", "modern"};

// One hyper-parameter as people see it; this is what the window's form, the CLI's flags and the run sheet are made
// from.
struct Setting {
  const char* key;
  const char* label;
  const char* unit;  // "" for a plain number, "switch" for 0 or 1
  const char* meaning;
  const char* source;
  double minimum, maximum;
  bool integer;
  std::array<double, 3> defaults;  // in the order of kModes
};

struct Method {
  std::string name, label, summary;
  bool learns;
  std::vector<Setting> settings;
};

// Ties a setting to the field that holds it.
template <class Struct>
struct SettingOf {
  double Struct::* field;
  Setting setting;
};

template <class Struct>
std::vector<Setting> settingsOf(const std::vector<SettingOf<Struct>>& table) {
  std::vector<Setting> out;
  for (const auto& row : table) out.push_back(row.setting);
  return out;
}

inline size_t modeIndex(const std::string& mode) {
  for (size_t i = 0; i < kModes.size(); ++i)
    if (mode == kModes[i]) return i;
  throw std::invalid_argument("There is no mode \"" + mode + "\". Modes are published, paper and modern.");
}

// The mode's defaults with `changes` applied. Throws std::invalid_argument on an unknown key or a value out of range.
template <class Struct>
Struct resolveSettings(const std::vector<SettingOf<Struct>>& table, const std::string& mode,
                       const std::map<std::string, double>& changes) {
  Struct out{};
  const size_t column = modeIndex(mode);
  for (const auto& row : table) out.*(row.field) = row.setting.defaults[column];
  for (const auto& [key, value] : changes) {
    const SettingOf<Struct>* found = nullptr;
    for (const auto& row : table)
      if (key == row.setting.key) found = &row;
    if (found == nullptr) throw std::invalid_argument("There is no setting \"" + key + "\" here.");
    const Setting& s = found->setting;
    if (!(value >= s.minimum && value <= s.maximum) || (s.integer && value != std::floor(value)))
      throw std::invalid_argument("Setting \"" + key + "\" does not take the value " + std::to_string(value) + ".");
    out.*(found->field) = value;
  }
  return out;
}

// All values in the order of the table, for checkpoints.
template <class Struct>
std::vector<double> valuesOf(const std::vector<SettingOf<Struct>>& table, const Struct& settings) {
  std::vector<double> out;
  for (const auto& row : table) out.push_back(settings.*(row.field));
  return out;
}

}  // namespace forager
