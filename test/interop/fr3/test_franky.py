"""A third-party client of the Franka Research 3 drives the simulated arm on protocol 9: franky with libfranka 0.15.0.

What the library checks by itself: sizes, versions, modes, replies and their order, the robot's model. What is checked
here: values and texts.
"""

import math
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import franky

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fci"))
from simulated_robot import HOST, SimulatedRobot  # noqa: E402

HOME = [0, -math.pi / 4, 0, -3 * math.pi / 4, 0, math.pi / 2, math.pi / 4]  # rad
HOME_TOOL = [0.306891, 0, 0.486882]  # m, computed from the vendor's DH table
BEYOND_A_PANDA = 2.95  # rad, joint 7: a Panda ends at 2.8973, a Franka Research 3 at 3.0159


def velocity(peak: float, milliseconds: int, joint: int = 6) -> franky.JointVelocityWaypointMotion:
    """One velocity (rad/s) held for a time, then rest."""
    target = [0.0] * 7
    target[joint] = peak
    hold = franky.JointVelocityWaypoint(target, hold_target_duration=franky.Duration(milliseconds))
    return franky.JointVelocityWaypointMotion([hold, franky.JointVelocityWaypoint([0.0] * 7)])


class Franky(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls._folder = tempfile.TemporaryDirectory()
        cls.library = Path(cls._folder.name) / "model.so"
        build = ["cc", "-O1", "-shared", "-fPIC", "-o", str(cls.library), str(HERE / "model_library.c"), "-lm"]
        subprocess.run(build, check=True)

    @classmethod
    def tearDownClass(cls) -> None:
        cls._folder.cleanup()

    def arm(self, *options: str) -> SimulatedRobot:
        return SimulatedRobot("--protocol", "9", "--model-library", str(self.library), *options)

    def connect(self) -> franky.Robot:
        # The vendor's own switch for computers without a real-time kernel.
        robot = franky.Robot(HOST, realtime_config=franky.RealtimeConfig.Ignore)
        robot.relative_dynamics_factor = 0.2
        return robot

    def refused(self, action, *texts: str) -> None:
        with self.assertRaises(Exception) as caught:
            action()
        for text in texts:
            self.assertIn(text, str(caught.exception))

    def wait_for(self, robot: franky.Robot, mode: franky.RobotMode) -> None:
        for _ in range(100):
            if robot.state.robot_mode == mode:
                return
            time.sleep(0.05)
        self.fail(f"never {mode}: {robot.state.robot_mode}")

    def test_connects_and_reads_states(self) -> None:
        with self.arm():
            robot = self.connect()
            state = robot.state
            for measured, home in zip(state.q, HOME):
                self.assertAlmostEqual(measured, home, places=6)
            for measured, tool in zip(state.O_T_EE.translation, HOME_TOOL):
                self.assertAlmostEqual(measured, tool, places=5)
            self.assertEqual(state.robot_mode, franky.RobotMode.Idle)
            self.assertAlmostEqual(state.m_ee, 0.73)

    def test_moves_a_joint_and_stops(self) -> None:
        with self.arm():
            robot = self.connect()
            robot.move(velocity(0.3, 500))
            self.assertGreater(robot.state.q[6], HOME[6] + 0.15)
            self.assertTrue(all(abs(speed) < 1e-9 for speed in robot.state.dq_d))
            self.assertEqual(robot.state.robot_mode, franky.RobotMode.Idle)
            robot.move(velocity(-0.3, 500))
            self.assertAlmostEqual(robot.state.q[6], HOME[6], delta=0.05)

    def test_follows_set_points_at_20_hz(self) -> None:
        with self.arm():
            robot = self.connect()
            robot.relative_dynamics_factor = 0.1
            # Half a swing, so that the joint ends away from where it began, however late a set-point comes.
            for tick in range(20):
                target = [0.0] * 7
                target[6] = 0.4 * math.sin(tick / 6)
                robot.move(franky.JointVelocityMotion(target, duration=franky.Duration(200)), asynchronous=True)
                time.sleep(0.05)
            robot.move(franky.JointVelocityStopMotion(), asynchronous=True)
            robot.join_motion()
            self.assertTrue(all(abs(speed) < 1e-9 for speed in robot.state.dq_d))
            self.assertGreater(abs(robot.state.q[6] - HOME[6]), 0.01)
            self.wait_for(robot, franky.RobotMode.Idle)

    def test_reaches_where_only_a_research_3_may_go(self) -> None:
        with self.arm():
            robot = self.connect()
            seconds = (BEYOND_A_PANDA - HOME[6]) / 0.5
            robot.move(velocity(0.5, int(1000 * seconds)))
            self.assertGreater(robot.state.q[6], 2.8973)
            # Near its end a Research 3 allows less and less velocity.
            self.refused(lambda: robot.move(velocity(0.5, 1000)), "joint_motion_generator_velocity_limits_violation")

    def test_settings_are_checked(self) -> None:
        with self.arm():
            robot = self.connect()
            robot.set_joint_impedance([3000, 3000, 3000, 2500, 2500, 2000, 2000])
            robot.set_collision_behavior([20.0] * 7, [20.0] * 6)
            robot.set_load(0.2, [0, 0, 0.05], [1e-3, 0, 0, 0, 1e-3, 0, 0, 0, 1e-3])
            self.refused(lambda: robot.set_joint_impedance([1e6] * 7), "invalid argument")

    def test_stop(self) -> None:
        with self.arm():
            robot = self.connect()
            robot.move(velocity(0.3, 5000), asynchronous=True)
            time.sleep(0.4)
            robot.stop()
            self.refused(robot.join_motion, "preempted")
            self.assertTrue(all(abs(speed) < 1e-9 for speed in robot.state.dq_d))
            self.wait_for(robot, franky.RobotMode.Idle)
            robot.move(velocity(0.2, 200))

    def test_collision_reflex_until_recovery(self) -> None:
        with self.arm("--fault", "reflex@6"):
            robot = self.connect()
            self.refused(lambda: robot.move(velocity(0.3, 2000)), "reflex", "cartesian_reflex")
            self.assertEqual(robot.state.robot_mode, franky.RobotMode.Reflex)
            self.refused(lambda: robot.move(velocity(0.2, 200)), "Reflex")
            robot.recover_from_errors()
            self.assertEqual(robot.state.robot_mode, franky.RobotMode.Idle)
            robot.move(velocity(0.2, 200))

    def test_user_stop_needs_a_recovery(self) -> None:
        with self.arm("--fault", "user-stop@4"):
            robot = self.connect()
            self.refused(lambda: robot.move(velocity(0.3, 2000)))
            self.assertEqual(robot.state.robot_mode, franky.RobotMode.UserStopped)
            self.wait_for(robot, franky.RobotMode.Idle)
            self.refused(lambda: robot.move(velocity(0.2, 200)), "not possible")
            robot.recover_from_errors()
            robot.move(velocity(0.2, 200))

    def test_lost_packets(self) -> None:
        with self.arm("--fault", "drop@4:10"):
            self.connect().move(velocity(0.3, 1000))
        with self.arm("--fault", "drop@4:30"):
            robot = self.connect()
            self.refused(lambda: robot.move(velocity(0.3, 1000)), "communication_constraints_violation")

    def test_another_protocol_is_refused(self) -> None:
        with SimulatedRobot("--protocol", "5"):
            self.refused(self.connect, "server version: 5", "library version: 9")
        with SimulatedRobot("--protocol", "7"):
            self.refused(self.connect, "server version: 7")

    def test_without_a_model_library_the_client_says_so(self) -> None:
        with SimulatedRobot("--protocol", "9"):
            self.refused(self.connect, "model library")

    def test_one_client_at_a_time(self) -> None:
        with self.arm():
            first = self.connect()
            self.refused(self.connect)
            first.move(velocity(0.2, 200))

    def test_gripper(self) -> None:
        with self.arm("--object", "31"):
            gripper = franky.Gripper(HOST)
            self.assertEqual(gripper.max_width, 0)
            self.assertTrue(gripper.homing())
            self.assertAlmostEqual(gripper.max_width, 0.08)
            self.assertTrue(gripper.move(0.05, 0.1))
            self.assertAlmostEqual(gripper.width, 0.05, places=4)
            self.assertFalse(gripper.grasp(0.02, 0.1, 30, epsilon_inner=0.005, epsilon_outer=0.005))
            self.assertTrue(gripper.grasp(0.03, 0.1, 30, epsilon_inner=0.005, epsilon_outer=0.005))
            self.assertTrue(gripper.is_grasped)


if __name__ == "__main__":
    unittest.main()
