#pragma once
#include <string>

#include "learn/learner.h"

namespace forager {

// What is wrong with the newest update, by its losses and values: the beginning of a sentence, or empty.
std::string updateProblem(const Learner& learner);

// What is wrong with the state, by looking at every number of it: the same. Takes as long as copying the state.
std::string stateProblem(const Learner& learner);

}  // namespace forager
