"""A third-party FCI client drives the simulated arm: panda-python with the vendor's own libfranka 0.9.2 inside.

What the library checks by itself: sizes, versions, modes, replies and their order. What is checked here: values.
"""

import math
import threading
import time
import unittest

from panda_py import libfranka
from simulated_robot import HOST, SimulatedRobot

HOME = [0, -math.pi / 4, 0, -3 * math.pi / 4, 0, math.pi / 2, math.pi / 4]  # rad
HOME_TOOL = [0.306891, 0, 0.486882]  # m, computed from the vendor's DH table
AT_REST = [0.0] * 7


def connect() -> libfranka.Robot:
    # The vendor's own switch for computers without a real-time kernel.
    return libfranka.Robot(HOST, libfranka.RealtimeConfig.kIgnore)


def wave(seconds: float, peak: float, joint: int = 6, stall_at: float = math.inf, stall: float = 0.0):
    """Callback of one velocity wave (rad/s) that starts and ends at rest; its way is peak * seconds / 2."""
    clock = {"t": 0.0, "stalled": False}

    def callback(_state, period):
        clock["t"] += period.to_sec()
        if clock["t"] >= stall_at and not clock["stalled"]:
            clock["stalled"] = True
            time.sleep(stall)
        velocity = list(AT_REST)
        velocity[joint] = peak * (1 - math.cos(2 * math.pi * clock["t"] / seconds)) / 2
        command = libfranka.JointVelocities(velocity if clock["t"] < seconds else AT_REST)
        command.motion_finished = clock["t"] >= seconds
        return command

    return callback


class PandaPython(unittest.TestCase):
    def refused(self, action, *texts: str) -> None:
        with self.assertRaises(Exception) as caught:
            action()
        for text in texts:
            self.assertIn(text, str(caught.exception))

    def test_connects_and_reads_states(self) -> None:
        with SimulatedRobot():
            robot = connect()
            self.assertEqual(robot.server_version(), 5)
            state = robot.read_once()
            for measured, home in zip(state.q, HOME):
                self.assertAlmostEqual(measured, home, places=6)
            for measured, tool in zip(state.O_T_EE[12:15], HOME_TOOL):
                self.assertAlmostEqual(measured, tool, places=5)
            self.assertEqual(state.robot_mode, libfranka.RobotMode.kIdle)
            self.assertEqual(len(state.q), 7)
            self.assertAlmostEqual(state.m_ee, 0.73)
            times = []
            robot.read(lambda s: times.append(s.time.to_msec()) or len(times) < 200)
            self.assertTrue(all(later > earlier for earlier, later in zip(times, times[1:])))

    def test_moves_a_joint_and_stops(self) -> None:
        with SimulatedRobot():
            robot = connect()
            robot.control_joint_velocity(wave(1.0, 0.4))
            state = robot.read_once()
            # libfranka's own filter and lost packets blur the way a little.
            self.assertAlmostEqual(state.q[6], HOME[6] + 0.2, delta=0.01)
            self.assertEqual(state.robot_mode, libfranka.RobotMode.kIdle)
            self.assertTrue(all(abs(velocity) < 1e-9 for velocity in state.dq_d))
            # A second motion in the same session, back to where the first began.
            robot.control_joint_velocity(wave(1.0, -0.4))
            self.assertAlmostEqual(robot.read_once().q[6], HOME[6], delta=0.02)

    def test_settings_are_checked(self) -> None:
        with SimulatedRobot():
            robot = connect()
            robot.set_joint_impedance([3000, 3000, 3000, 2500, 2500, 2000, 2000])
            robot.set_collision_behavior([20] * 7, [20] * 7, [20] * 6, [20] * 6)
            robot.set_load(0.2, [0, 0, 0.05], [1e-3, 0, 0, 0, 1e-3, 0, 0, 0, 1e-3])
            self.refused(lambda: robot.set_joint_impedance([1e6] * 7), "invalid argument")
            # The model library is the vendor's; the simulated arm has none and says so.
            self.refused(robot.load_model, "error")

    def test_a_velocity_step_is_a_reflex_until_recovery(self) -> None:
        def step(_state, _period):
            return libfranka.JointVelocities([0, 0, 0, 0, 0, 0, 0.5])

        with SimulatedRobot():
            robot = connect()
            unlimited = {"limit_rate": False, "cutoff_frequency": 1000.0}
            self.refused(lambda: robot.control_joint_velocity(step, **unlimited), "joint_motion_generator_velocity_discontinuity")
            self.assertEqual(robot.read_once().robot_mode, libfranka.RobotMode.kReflex)
            self.refused(lambda: robot.control_joint_velocity(wave(0.5, 0.2)), "Reflex")
            robot.automatic_error_recovery()
            self.assertEqual(robot.read_once().robot_mode, libfranka.RobotMode.kIdle)
            robot.control_joint_velocity(wave(0.5, 0.2))

    def test_twenty_late_commands_are_a_reflex(self) -> None:
        with SimulatedRobot(patience=0):
            robot = connect()
            late = wave(1.0, 0.2, stall_at=0.3, stall=0.05)
            self.refused(lambda: robot.control_joint_velocity(late), "communication_constraints_violation")

    def test_stop_from_another_thread(self) -> None:
        with SimulatedRobot():
            robot = connect()
            stopper = threading.Timer(0.3, robot.stop)
            stopper.start()
            self.refused(lambda: robot.control_joint_velocity(wave(3.0, 0.3)), "preempted")
            stopper.join()
            self.assertTrue(all(abs(velocity) < 1e-9 for velocity in robot.read_once().dq_d))
            robot.control_joint_velocity(wave(0.5, 0.2))

    def test_collision_reflex(self) -> None:
        with SimulatedRobot("--fault", "reflex@6"):
            robot = connect()
            self.refused(lambda: robot.control_joint_velocity(wave(1.0, 0.3)), "reflex", "cartesian_reflex")

    def test_user_stop_needs_a_recovery(self) -> None:
        with SimulatedRobot("--fault", "user-stop@4"):
            robot = connect()
            self.refused(lambda: robot.control_joint_velocity(wave(1.0, 0.3)))
            self.assertEqual(robot.read_once().robot_mode, libfranka.RobotMode.kUserStopped)
            while robot.read_once().robot_mode == libfranka.RobotMode.kUserStopped:
                time.sleep(0.05)
            self.refused(lambda: robot.control_joint_velocity(wave(0.5, 0.2)), "not possible")
            robot.automatic_error_recovery()
            robot.control_joint_velocity(wave(0.5, 0.2))

    def test_silence_and_hang_up(self) -> None:
        with SimulatedRobot("--fault", "silence@4"):
            self.refused(lambda: connect().control_joint_velocity(wave(1.0, 0.3)), "UDP")
        with SimulatedRobot("--fault", "close@4"):
            self.refused(lambda: connect().control_joint_velocity(wave(1.0, 0.3)))

    def test_another_protocol_is_refused(self) -> None:
        with SimulatedRobot("--protocol", "6"):
            self.refused(connect, "version 6", "version 5")

    def test_gripper(self) -> None:
        with SimulatedRobot("--object", "31"):
            gripper = libfranka.Gripper(HOST)
            self.assertEqual(gripper.server_version(), 3)
            self.assertEqual(gripper.read_once().max_width, 0)
            self.refused(lambda: gripper.move(0.05, 0.1), "gripper")
            self.assertTrue(gripper.homing())
            self.assertAlmostEqual(gripper.read_once().max_width, 0.08)
            self.assertTrue(gripper.move(0.05, 0.1))
            self.assertAlmostEqual(gripper.read_once().width, 0.05, places=4)
            self.assertFalse(gripper.grasp(0.02, 0.1, 30, 0.005, 0.005))
            self.assertTrue(gripper.grasp(0.03, 0.1, 30, 0.005, 0.005))
            self.assertTrue(gripper.read_once().is_grasped)
            closing = threading.Thread(target=lambda: self.refused(lambda: gripper.move(0.08, 0.001), "aborted"))
            closing.start()
            # The move takes 24 s: time enough for its request on a busy machine, and for the stop after it.
            time.sleep(1)
            self.assertTrue(libfranka.Gripper.stop(gripper))
            closing.join()
        with SimulatedRobot("--no-hand"):
            self.refused(lambda: libfranka.Gripper(HOST), "refused")

    def test_one_client_at_a_time(self) -> None:
        with SimulatedRobot():
            first = connect()
            self.refused(connect)
            first.control_joint_velocity(wave(0.5, 0.2))


if __name__ == "__main__":
    unittest.main()
