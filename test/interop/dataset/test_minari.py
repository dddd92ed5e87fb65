"""Minari folders under Minari itself: what we write it loads, what it writes we import."""

import os
import unittest
import warnings

import gymnasium as gym
import numpy as np

from forager_program import forager, given_datasets

KINDS = ("arm", "locomotion", "skills")


class MinariFolders(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.given = given_datasets()
        os.environ["MINARI_DATASETS_PATH"] = str(cls.given.home / "minari")
        (cls.given.home / "minari/panda").mkdir(parents=True)
        import minari  # looks for its folder when it is imported

        cls.minari = minari
        warnings.filterwarnings("ignore", module="minari")

    def test_it_loads_every_episode_as_it_was_recorded(self) -> None:
        for kind in KINDS:
            _, report = self.given.exported(kind, "minari", f"minari/panda/{kind}-v0")
            dataset = self.minari.load_dataset(f"panda/{kind}-v0")
            episodes = self.given.expected[kind]["episodes"]
            self.assertEqual((dataset.total_episodes, dataset.total_steps), (len(episodes), report["transitions"]))
            self.assertEqual(dataset.spec.dataset_id, f"panda/{kind}-v0")
            for known, episode in zip(episodes, dataset.iterate_episodes()):
                steps = known["steps"]
                self.assertEqual((len(episode), len(episode.observations), len(episode.actions)), (steps, steps + 1, steps))
                self.assertEqual(bool(episode.terminations[-1]), known["end_reason"] == "terminal")
                self.assertEqual(bool(episode.truncations[-1]), known["end_reason"] != "terminal")
                self.assertEqual(int(episode.terminations.sum() + episode.truncations.sum()), 1)
                np.testing.assert_array_equal(episode.observations[0], np.float32(known["first_observation"]))
                np.testing.assert_array_equal(episode.observations[-1], np.float32(known["last_observation"]))
                np.testing.assert_array_equal(episode.actions[-1], np.float32(known["last_action"]))
                self.assertAlmostEqual(episode.observations.sum(dtype=float), known["observations_sum"], 3)
                self.assertAlmostEqual(episode.actions.sum(dtype=float), known["policy_actions_sum"], 3)
                self.assertAlmostEqual(episode.rewards.sum(dtype=float), known["rewards_sum"], 3)
                self.assertTrue(all(len(values) == steps + 1 for values in episode.infos.values()))
                self.assertTrue(dataset.observation_space.contains(episode.observations[0]))
            for known, metadata in zip(episodes, dataset.storage.get_episode_metadata(range(len(episodes)))):
                self.assertEqual(metadata["end_reason"], known["end_reason"])
                self.assertEqual(metadata["end_message"], known["end_message"])
                self.assertAlmostEqual(metadata["rewards_sum"], known["rewards_sum"], 3)

    def test_it_splits_filters_and_combines_them(self) -> None:
        self.given.exported("arm", "minari", "minari/split-v0")
        dataset = self.minari.load_dataset("split-v0")
        first, second = self.minari.split_dataset(dataset, sizes=[4, 5], seed=1)
        self.assertEqual((first.total_episodes, second.total_episodes), (4, 5))
        long = dataset.filter_episodes(lambda episode: len(episode) > 10)
        self.assertEqual(long.total_episodes, sum(e["steps"] > 10 for e in self.given.expected["arm"]["episodes"]))
        combined = self.minari.combine_datasets([dataset, dataset], "combined-v0")
        self.assertEqual(combined.total_steps, 2 * dataset.total_steps)
        report = forager("import", self.given.home / "minari/combined-v0", "--out", self.given.home / "combined.forager")
        self.assertEqual((report["episodes"], report["transitions"]), (18, 2 * dataset.total_steps))

    def buffers(self, space: gym.Space) -> list:
        from minari.data_collector import EpisodeBuffer

        rng = np.random.default_rng(2)
        space.seed(2)
        buffers = []
        for steps, terminated, truncated in ((5, True, False), (1, False, True), (7, False, False)):
            end = np.arange(steps) == steps - 1
            samples = [space.sample() for _ in range(steps + 1)]
            buffers.append(
                EpisodeBuffer(
                    observations={key: [s[key] for s in samples] for key in space} if isinstance(space, gym.spaces.Dict) else samples,
                    actions=list(rng.uniform(-2, 2, size=(steps, 2)).astype(np.float32)),
                    rewards=list(rng.normal(size=steps)),
                    terminations=list(end & terminated),
                    truncations=list(end & truncated),
                )
            )
        return buffers

    def test_what_minari_wrote_comes_in_also_with_observations_of_several_parts(self) -> None:
        box = gym.spaces.Box(-1, 1, (3,), np.float64)
        spaces = {
            "flat": box,
            "parts": gym.spaces.Dict({"achieved_goal": gym.spaces.Box(-1, 1, (2,)), "observation": box}),
        }
        for name, space in spaces.items():
            buffers = self.buffers(space)
            self.minari.create_dataset_from_buffers(
                f"{name}-v0", buffers, observation_space=space, action_space=gym.spaces.Box(-2, 2, (2,), np.float32)
            )
            new = self.given.home / f"{name}.forager"
            report = forager("import", self.given.home / f"minari/{name}-v0", "--out", new, "--period", "0.1")
            self.assertEqual((report["format"], report["episodes"], report["transitions"]), ("minari", 3, 13))
            forager("export", new, "--format", "minari", "--out", self.given.home / f"minari/{name}-v1")
            again = self.minari.load_dataset(f"{name}-v1")
            scale = max(np.abs(buffer.actions).max() for buffer in buffers)
            self.assertGreater(scale, 1)
            for buffer, episode in zip(buffers, again.iterate_episodes()):
                seen = buffer.observations
                rows = np.hstack([np.array(seen[key]) for key in sorted(seen)]) if isinstance(seen, dict) else np.array(seen)
                np.testing.assert_array_equal(episode.observations, rows.astype(np.float32))
                np.testing.assert_allclose(episode.rewards, buffer.rewards, rtol=1e-6)
                self.assertEqual(bool(episode.terminations[-1]), bool(buffer.terminations[-1]))
                self.assertLessEqual(np.abs(episode.actions).max(), 1 + 1e-6)

    def played(self, name: str, episodes: int, **options) -> list:
        """Random play in an environment of Gymnasium, as Minari keeps it."""
        from minari.data_collector import EpisodeBuffer

        environment = gym.make(name, **options)
        environment.action_space.seed(4)
        buffers = []
        for seed in range(episodes):
            seen = [environment.reset(seed=seed)[0]]
            steps = []
            while not steps or not (steps[-1][2] or steps[-1][3]):
                action = environment.action_space.sample()
                observation, reward, terminated, truncated, _ = environment.step(action)
                seen.append(observation)
                steps.append((action, reward, terminated, truncated))
            actions, rewards, terminations, truncations = map(list, zip(*steps))
            buffers.append(
                EpisodeBuffer(
                    observations=seen, actions=actions, rewards=rewards,
                    terminations=terminations, truncations=truncations, seed=seed,
                )
            )
        return buffers

    def test_an_environment_of_gymnasium_comes_in_and_trains(self) -> None:
        buffers = self.played("Pendulum-v1", 4, max_episode_steps=50)
        self.minari.create_dataset_from_buffers("pendulum-v0", buffers, env="Pendulum-v1")
        new = self.given.home / "pendulum.forager"
        report = forager("import", self.given.home / "minari/pendulum-v0", "--out", new, "--period", "0.05")
        self.assertEqual((report["episodes"], report["transitions"]), (4, 200))
        info = forager("info", new)
        self.assertAlmostEqual(info["return"]["mean"], np.mean([sum(b.rewards) for b in buffers]), 2)
        policy = self.given.home / "pendulum-policy"
        order = ("--task", "env", "--learner", "td3", "--updates", "20", "--policy", policy)
        self.assertEqual(forager("train", "--dataset", new, *order)["updates"], 20)

    def test_actions_that_are_choices_are_refused(self) -> None:
        self.minari.create_dataset_from_buffers("cartpole-v0", self.played("CartPole-v1", 1), env="CartPole-v1")
        with self.assertRaisesRegex(RuntimeError, "choices"):
            forager("import", self.given.home / "minari/cartpole-v0", "--out", self.given.home / "cartpole.forager")


if __name__ == "__main__":
    unittest.main()
