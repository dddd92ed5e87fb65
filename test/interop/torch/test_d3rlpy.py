"""D4RL files of ours under d3rlpy's own loader, as its algorithms get them."""

import sys
import types
import unittest
from pathlib import Path
from unittest import mock

sys.path.append(str(Path(__file__).resolve().parents[1] / "dataset"))

import d3rlpy
import gym
import numpy as np

from d4rl_walk import load_as_d4rl_does
from forager_program import given_datasets

KINDS = ("arm", "locomotion", "skills")


class D4rlEnvironment:
    """What d3rlpy asks an environment of D4RL for: its dataset, and the environment inside three wrappers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env = types.SimpleNamespace(wrapped_env=gym.Env())
        for _ in range(2):
            self.env = types.SimpleNamespace(env=self.env)

    def get_dataset(self) -> dict:
        return load_as_d4rl_does(self.path)


def loaded(path: Path) -> d3rlpy.dataset.ReplayBuffer:
    """The file as `d3rlpy.datasets.get_d4rl` gives it to a learner; D4RL itself, which needs MuJoCo 2, is stood in for."""
    with mock.patch.dict(sys.modules, d4rl=types.ModuleType("d4rl")), mock.patch("gym.make", D4rlEnvironment):
        dataset, _ = d3rlpy.datasets.get_d4rl(path)
    return dataset


class D3rlpy(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.given = given_datasets()

    def exported(self, kind: str):
        """The dataset of a kind in d3rlpy, and its episodes as they were recorded."""
        out, report = self.given.exported(kind, "d4rl", f"{kind}.hdf5")
        episodes = self.given.expected[kind]["episodes"]
        self.assertEqual(sum(e["steps"] for e in episodes), report["transitions"])
        # d3rlpy keeps an episode by its transitions, and one step before a timeout makes none.
        return loaded(out), [e for e in episodes if e["steps"] > 1 or e["end_reason"] == "terminal"]

    def test_counts_sums_and_rows_at_the_ends_are_those_that_were_recorded(self) -> None:
        for kind in KINDS:
            dataset, episodes = self.exported(kind)
            sheet = self.given.expected[kind]["sheet"]
            first = dataset.episodes[0]
            self.assertEqual(first.observation_signature.shape[0], (len(sheet["observation"]),))
            self.assertEqual(first.action_signature.shape[0], (len(sheet["action"]),))
            self.assertEqual([episode.size() for episode in dataset.episodes], [e["steps"] for e in episodes])
            for known, episode in zip(episodes, dataset.episodes):
                np.testing.assert_array_equal(episode.observations[0], np.float32(known["first_observation"]))
                np.testing.assert_array_equal(episode.actions[0], np.float32(known["first_action"]))
                np.testing.assert_array_equal(episode.actions[-1], np.float32(known["last_action"]))
                # The last observation is no row of its own in this format: the others are all there.
                others = known["observations_sum"] - np.sum(known["last_observation"])
                self.assertAlmostEqual(episode.observations.sum(dtype=float), others, 3)
                self.assertAlmostEqual(episode.actions.sum(dtype=float), known["policy_actions_sum"], 3)
                self.assertAlmostEqual(episode.rewards.sum(dtype=float), known["rewards_sum"], 3)

    def test_an_end_of_the_world_is_terminal_and_every_other_end_is_a_timeout(self) -> None:
        for kind in KINDS:
            dataset, episodes = self.exported(kind)
            terminal = [e["end_reason"] == "terminal" for e in episodes]
            self.assertEqual([episode.terminated for episode in dataset.episodes], terminal)
            # d3rlpy takes the next row as the next observation, and so has none for the last step before a timeout.
            steps = [e["steps"] - (0 if ended else 1) for e, ended in zip(episodes, terminal)]
            self.assertEqual([episode.transition_count for episode in dataset.episodes], steps)
            self.assertEqual(dataset.transition_count, sum(steps))

    def test_an_algorithm_learns_from_it(self) -> None:
        dataset, _ = self.exported("arm")
        learner = d3rlpy.algos.TD3Config(batch_size=16).create()
        learner.build_with_dataset(dataset)
        losses = learner.update(dataset.sample_transition_batch(16))
        self.assertTrue(losses and all(np.isfinite(loss) for loss in losses.values()), losses)
        first = dataset.episodes[0]
        self.assertEqual(learner.predict(first.observations[:1]).shape, first.actions[:1].shape)


if __name__ == "__main__":
    unittest.main()
