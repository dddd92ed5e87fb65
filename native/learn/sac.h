#pragma once
#include "learn/sac_agent.h"

namespace forager {

// Soft actor-critic, trained from a fixed dataset.
LearnerEntry sacLearner();

// Every setting of SAC with its defaults, for whoever embeds the agent too.
const std::vector<SettingOf<SacSettings>>& sacSettingTable();

}  // namespace forager
