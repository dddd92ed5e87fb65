#pragma once
#include "explore/explorer.h"

namespace forager {

// Actions that are correlated in time and follow no policy.
ExplorerEntry ornsteinUhlenbeckExplorer();

}  // namespace forager
