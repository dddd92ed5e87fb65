"""robomimic's HDF5 under robomimic's own dataset class, as its training gets it."""

import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "dataset"))

import h5py
import numpy as np
import torch.utils.data
from robomimic.utils import obs_utils
from robomimic.utils.dataset import SequenceDataset

from forager_program import given_datasets

KEYS = ("actions", "rewards", "dones")


def opened(path: Path, **options) -> SequenceDataset:
    """The file with all its observations and the settings that robomimic trains with."""
    with h5py.File(path, "r") as file:
        observed = list(file["data/demo_0/obs"])
    obs_utils.initialize_obs_utils_with_obs_specs({"obs": {"low_dim": observed}})
    return SequenceDataset(hdf5_path=str(path), obs_keys=observed, dataset_keys=KEYS, **options)


class RobomimicLoader(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.given = given_datasets()

    def test_every_step_is_an_item_with_what_was_recorded(self) -> None:
        for kind in ("arm", "locomotion"):
            out, report = self.given.exported(kind, "robomimic", f"{kind}-robomimic.hdf5")
            episodes = self.given.expected[kind]["episodes"]
            for cache in (None, "low_dim", "all"):
                dataset = opened(out, hdf5_cache_mode=cache)
                self.assertEqual((dataset.n_demos, len(dataset)), (len(episodes), report["transitions"]))
                items = [dataset[index] for index in range(len(dataset))]
                actions = np.concatenate([item["actions"] for item in items])
                self.assertAlmostEqual(actions.sum(dtype=float), sum(e["policy_actions_sum"] for e in episodes), 3)
                rewards = np.concatenate([item["rewards"] for item in items])
                self.assertAlmostEqual(rewards.sum(dtype=float), sum(e["rewards_sum"] for e in episodes), 3)
                ends = np.concatenate([item["dones"] for item in items])
                self.assertEqual(ends.sum(), sum(e["end_reason"] == "terminal" for e in episodes))
                np.testing.assert_array_equal(actions[0], np.float32(episodes[0]["first_action"]))
                parts = ("robot0_joint_pos", "robot0_joint_vel") if kind == "arm" else ("flat",)
                first = np.concatenate([items[0]["obs"][part][0] for part in parts])
                np.testing.assert_array_equal(first, np.float32(episodes[0]["first_observation"]))
                last = np.concatenate([items[episodes[0]["steps"] - 1]["next_obs"][part][0] for part in parts])
                np.testing.assert_array_equal(last, np.float32(episodes[0]["last_observation"]))

    def test_sequences_are_batched_by_pytorch(self) -> None:
        out, report = self.given.exported("arm", "robomimic", "arm-robomimic.hdf5")
        dataset = opened(out, seq_length=10)
        sizes = [len(batch["actions"]) for batch in torch.utils.data.DataLoader(dataset, batch_size=16)]
        self.assertEqual(sum(sizes), report["transitions"])


if __name__ == "__main__":
    unittest.main()
