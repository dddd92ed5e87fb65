#pragma once
#include <napi.h>

// One function per binding file; each adds its names to the addon's exports.
void registerRobot(Napi::Env env, Napi::Object exports);    // robot.cc: kinematics, simulated arm, FCI link, simulated robot
void registerArmRecords(Napi::Env env, Napi::Object exports);  // arm_records.cc: what the control cycle keeps for people
void registerGripper(Napi::Env env, Napi::Object exports);  // gripper.cc: the Hand's service, both ends
void registerStopBox(Napi::Env env, Napi::Object exports);  // stop_box.cc: serial stop box
void registerExplore(Napi::Env env, Napi::Object exports);  // explore.cc: explorers
void registerLearner(Napi::Env env, Napi::Object exports);  // learner.cc: replay, training jobs
void registerPolicy(Napi::Env env, Napi::Object exports);   // policy.cc: acting
void registerNn(Napi::Env env, Napi::Object exports);       // nn.cc: instruction sets and single layers, for reports and tests
