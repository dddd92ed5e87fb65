"""robomimic's HDF5 layout, read as its loader reads it: through h5py, demonstration by demonstration."""

import json
import unittest

import h5py
import numpy as np

from forager_program import given_datasets


class RobomimicFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.given = given_datasets()

    def test_every_demonstration_has_what_the_loader_asks_for(self) -> None:
        for kind in ("arm", "locomotion"):
            out, report = self.given.exported(kind, "robomimic", f"{kind}-robomimic.hdf5")
            episodes = self.given.expected[kind]["episodes"]
            with h5py.File(out, "r") as file:
                data = file["data"]
                self.assertEqual(data.attrs["total"], report["transitions"])
                self.assertEqual(set(json.loads(data.attrs["env_args"])), {"env_name", "env_type", "env_kwargs"})
                self.assertEqual(len(data), len(episodes))
                for number, known in enumerate(episodes):
                    demo = data[f"demo_{number}"]
                    steps = known["steps"]
                    self.assertEqual(demo.attrs["num_samples"], steps)
                    for name in ("actions", "rewards", "dones", "states"):
                        self.assertEqual(len(demo[name]), steps, name)
                    self.assertEqual(int(demo["dones"][:].sum()), int(known["end_reason"] == "terminal"))
                    self.assertAlmostEqual(demo["actions"][:].sum(dtype=float), known["policy_actions_sum"], 3)
                    self.assertEqual(set(demo["obs"]), set(demo["next_obs"]))
                    for key in demo["obs"]:
                        np.testing.assert_array_equal(demo["obs"][key][1:], demo["next_obs"][key][:-1])
                if kind == "arm":
                    first = data["demo_0/obs"]
                    joints = np.concatenate([first["robot0_joint_pos"][0], first["robot0_joint_vel"][0]])
                    np.testing.assert_array_equal(joints, np.float32(episodes[0]["first_observation"]))


if __name__ == "__main__":
    unittest.main()
