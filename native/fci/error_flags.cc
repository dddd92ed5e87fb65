#include "fci/error_flags.h"

namespace forager::fci {

namespace {

// Causes that several flags share.
constexpr const char* kOursToReport =
    "The station keeps its commands at half of this limit. Recover, and report the run if it happens again.";
constexpr const char* kNotOurs = "The station never asks for this kind of motion. Another program may have used the arm. Recover and start again.";
constexpr const char* kGuideOut = "Press the external activation device, guide the arm back inside its range by hand, release the device, then recover.";
constexpr const char* kContact = "Remove what the arm touched, check the tool data in Desk, then recover.";
constexpr const char* kSupport = "Recover once. If it comes back, restart the Control unit and send its log to the vendor's support.";

// Likely causes that several flags share.
constexpr const char* kLostOrOurs = "Commands were lost on the way, or a fault of this station.";
constexpr const char* kLate = "Commands were lost or late, so that the next one was a jump for the robot.";
constexpr const char* kOtherProgram = "Another program commanded the arm; this station sends joint velocities only.";
constexpr const char* kTouched = "The arm met something, its cables pull, or the tool mass set in Desk is not the real one.";
constexpr const char* kMovedByHand = "The arm was guided or pushed to the end of a joint.";
constexpr const char* kRobotInside = "A fault inside the robot.";

}  // namespace

const std::array<ErrorFlag, kErrorFlags> kErrorFlagTexts = {{
    {"joint_position_limits_violation", "A joint is outside its range",
     "A measured joint position is beyond the robot's own limit.",
     kMovedByHand,
     kGuideOut, RecoveryAdvice::byHand},
    {"cartesian_position_limits_violation", "The tool is outside the robot's allowed space",
     "The tool passed a virtual wall that is set in Desk.",
     "A virtual wall in Desk is nearer than the box of this station, or the arm was guided behind it.",
     "Guide the arm back inside the wall by hand, or change the wall in Desk, then recover.", RecoveryAdvice::byHand},
    {"self_collision_avoidance_violation", "The arm came too near to itself",
     "The robot's own check found two of its links too close. Its inner shapes are larger than the arm looks.",
     "The pose folds the arm, or it was guided there. The robot does not name the links and its shapes cannot be changed.",
     "Guide the arm apart by hand, then recover.", RecoveryAdvice::byHand},
    {"joint_velocity_violation", "A joint moved too fast",
     "A measured joint velocity passed the robot's limit.",
     kLostOrOurs,
     kOursToReport, RecoveryAdvice::atOnce},
    {"cartesian_velocity_violation", "The tool moved too fast",
     "The measured tool speed passed the robot's limit.",
     kLostOrOurs,
     kOursToReport, RecoveryAdvice::atOnce},
    {"force_control_safety_violation", "A force limit was passed",
     "The robot stopped because forces grew beyond its safety bounds.",
     kTouched,
     kContact, RecoveryAdvice::look},
    {"joint_reflex", "A joint felt a collision",
     "The external torque on a joint passed the collision threshold.",
     kTouched,
     kContact, RecoveryAdvice::look},
    {"cartesian_reflex", "The tool felt a collision",
     "The external force on the tool passed the collision threshold.",
     kTouched,
     kContact, RecoveryAdvice::look},
    {"max_goal_pose_deviation_violation", "The arm ended too far from its goal",
     "At the end of a motion the arm was not where it was commanded.",
     kTouched,
     kContact, RecoveryAdvice::look},
    {"max_path_pose_deviation_violation", "The arm was pushed off its path",
     "The measured position left the commanded path by more than the robot allows. Contact or wrong tool data does this.",
     kTouched,
     kContact, RecoveryAdvice::look},
    {"cartesian_velocity_profile_safety_violation", "The tool speed profile was broken",
     "The tool did not follow the speed that the robot planned.",
     kRobotInside,
     kSupport, RecoveryAdvice::support},
    {"joint_position_motion_generator_start_pose_invalid", "A joint motion started at a wrong pose",
     "The first commanded joint position differs from where the arm stands.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"joint_motion_generator_position_limits_violation", "A command would leave the joint range",
     "The commanded motion leads a joint beyond its range.",
     "The arm was already near the end of a joint when the motion began, or packets were lost on the way there.",
     "Recover, then return the arm home. The supervisor's joint margin may be set too small.", RecoveryAdvice::look, FlagRobots::panda},
    {"joint_motion_generator_velocity_limits_violation", "A command was too fast",
     "The commanded joint velocity passed the robot's limit.",
     kLostOrOurs,
     kOursToReport, RecoveryAdvice::atOnce},
    {"joint_motion_generator_velocity_discontinuity", "A command changed speed too fast",
     "The commanded joint acceleration passed the robot's limit. Lost packets do this too.",
     kLate,
     "Look at the lost packets on the robot screen, use a direct cable, then recover.", RecoveryAdvice::atOnce},
    {"joint_motion_generator_acceleration_discontinuity", "A command changed acceleration too fast",
     "The commanded jerk of a joint passed the robot's limit. Lost packets do this too.",
     kLate,
     "Look at the lost packets on the robot screen, use a direct cable, then recover.", RecoveryAdvice::atOnce},
    {"cartesian_position_motion_generator_start_pose_invalid", "A tool motion started at a wrong pose",
     "The first commanded tool pose differs from where the tool is.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_elbow_limit_violation", "A command would move the elbow out of its range",
     "A commanded tool motion leads the elbow beyond its range.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_velocity_limits_violation", "A tool command was too fast",
     "The commanded tool speed passed the robot's limit.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_velocity_discontinuity", "A tool command changed speed too fast",
     "The commanded tool acceleration passed the robot's limit.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_acceleration_discontinuity", "A tool command changed acceleration too fast",
     "The commanded tool jerk passed the robot's limit.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_elbow_sign_inconsistent", "A command asked for the other elbow side",
     "The commanded elbow side differs from the present one.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_start_elbow_invalid", "A motion started with a wrong elbow",
     "The first commanded elbow position differs from the present one.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"force_controller_desired_force_tolerance_violation", "A force command was not reached",
     "The measured force differs too much from the commanded one.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::look},
    {"start_elbow_sign_inconsistent", "The elbow side at the start is ambiguous",
     "The arm stands where its elbow side cannot be told.",
     "The forearm stands straight up, so that left and right of the elbow are the same.",
     "Guide the elbow away by hand, then recover.", RecoveryAdvice::byHand},
    {"communication_constraints_violation", "Commands reached the robot too late",
     "The robot missed 20 commands in a row and stopped. The link or this computer was too slow.",
     "Power saving of the processor, a shared network port, a switch, Wi-Fi, another heavy program, or no real-time kernel.",
     "Use a direct cable, close heavy programs, check the real-time setup on the robot screen, then recover.", RecoveryAdvice::atOnce},
    {"power_limit_violation", "The motors asked for too much power",
     "The summed power of the joints passed the robot's limit.",
     "Many joints accelerate at once against a load, the tool is heavier than set, or something holds the arm.",
     "Check the tool data in Desk and that nothing holds the arm, then recover.", RecoveryAdvice::look},
    {"cartesian_motion_generator_joint_position_limits_violation", "A tool command would leave the joint range",
     "A commanded tool motion leads a joint beyond its range.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_joint_velocity_limits_violation", "A tool command needs a joint to move too fast",
     "A commanded tool motion needs more joint velocity than the robot allows.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_joint_velocity_discontinuity", "A tool command needs too much joint acceleration",
     "A commanded tool motion needs more joint acceleration than the robot allows.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_motion_generator_joint_acceleration_discontinuity", "A tool command needs too much joint jerk",
     "A commanded tool motion needs more joint jerk than the robot allows.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"cartesian_position_motion_generator_invalid_frame_flag", "A tool command is not a valid pose",
     "The commanded matrix is no rigid pose.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce},
    {"controller_torque_discontinuity", "The controller torque jumped",
     "The commanded torque changed faster than the robot allows.",
     kRobotInside,
     kSupport, RecoveryAdvice::support},
    {"joint_p2p_insufficient_torque_for_planning", "The robot could not plan a joint motion",
     "The load leaves too little torque for the motion.",
     "The tool or the payload is heavier than the joint can carry in this pose, or its data are wrong.",
     "Check the tool mass and the payload in Desk, then recover.", RecoveryAdvice::look},
    {"tau_J_range_violation", "A joint torque is out of range",
     "The torque on a joint passed what the joint may carry.",
     "A hard contact, a tool that is too heavy, or a stretched pose with a load.",
     kContact, RecoveryAdvice::look},
    {"instability_detected", "The control became unstable",
     "The robot saw its own control oscillate and stopped.",
     "The tool data are far from the real tool, or the table under the base moves.",
     "Check the tool data in Desk and that the base is bolted firmly, then recover.", RecoveryAdvice::look},
    {"joint_move_in_wrong_direction", "A joint was pushed against its limit",
     "A joint outside its soft limit moved further out.",
     kMovedByHand,
     kGuideOut, RecoveryAdvice::byHand},
    {"cartesian_spline_motion_generator_violation", "A spline motion of the robot failed",
     "The robot's own spline planner broke a limit.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce, FlagRobots::protocol5},
    {"joint_via_motion_generator_planning_joint_limit_violation", "A planned motion would leave the joint range",
     "The robot's own planner found a joint limit on the way.",
     kOtherProgram,
     kNotOurs, RecoveryAdvice::atOnce, FlagRobots::protocol5},
    {"base_acceleration_initialization_timeout", "The base sensor did not start",
     "The robot did not get its base acceleration in time.",
     kRobotInside,
     kSupport, RecoveryAdvice::support, FlagRobots::protocol5},
    {"base_acceleration_invalid_reading", "The base sensor reads nonsense",
     "The robot measured an impossible base acceleration.",
     "The base was moved, tilted or knocked, or its sensor failed.",
     "Check that the base stands firm and upright, then recover.", RecoveryAdvice::look, FlagRobots::protocol5},
}};

const char* recoveryName(RecoveryAdvice advice) {
  switch (advice) {
    case RecoveryAdvice::atOnce: return "at-once";
    case RecoveryAdvice::look: return "look";
    case RecoveryAdvice::byHand: return "by-hand";
    case RecoveryAdvice::support: return "support";
  }
  return "look";
}

const char* robotsName(FlagRobots robots) {
  switch (robots) {
    case FlagRobots::all: return "Panda and Research 3";
    case FlagRobots::protocol5: return "Panda from system 4.2.1, and Research 3";
    case FlagRobots::panda: return "Panda";
  }
  return "";
}

std::vector<std::string> errorNames(const std::array<bool, kErrorFlags>& flags) {
  std::vector<std::string> names;
  for (int i = 0; i < kErrorFlags; ++i) {
    if (flags[i]) names.emplace_back(kErrorFlagTexts[i].name);
  }
  return names;
}

ErrorText errorText(const std::array<bool, kErrorFlags>& flags) {
  ErrorText text;
  std::string names;
  for (int i = 0; i < kErrorFlags; ++i) {
    if (!flags[i]) continue;
    const ErrorFlag& flag = kErrorFlagTexts[i];
    if (text.title.empty()) {
      text.title = flag.title;
      text.tip = flag.tip;
    } else {
      text.message += ' ';
      names += ", ";
    }
    text.message += flag.message;
    names += flag.name;
  }
  if (!names.empty()) text.message += " The robot reports: " + names + ".";
  return text;
}

}  // namespace forager::fci
