"""D4RL's flat HDF5 under h5py and pandas, and files that h5py makes under our importer."""

import json
import unittest

import h5py
import numpy as np
import pandas as pd

from d4rl_walk import load_as_d4rl_does
from forager_program import forager, given_datasets

KINDS = ("arm", "locomotion", "skills")


class D4rlFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.given = given_datasets()

    def test_the_keys_shapes_and_types_are_those_of_the_format(self) -> None:
        for kind in KINDS:
            out, report = self.given.exported(kind, "d4rl", f"{kind}.hdf5")
            data = load_as_d4rl_does(out)
            sheet = self.given.expected[kind]["sheet"]
            n, s, a = report["transitions"], len(sheet["observation"]), len(sheet["action"])
            for name, shape in {
                "observations": (n, s), "next_observations": (n, s), "actions": (n, a),
                "rewards": (n,), "infos/qpos": (n, data["infos/qpos"].shape[1]),
            }.items():
                self.assertEqual(data[name].shape, shape, name)
            for name in ("observations", "next_observations", "actions", "rewards"):
                self.assertEqual(data[name].dtype, np.float32, name)
            for name in ("terminals", "timeouts"):
                self.assertEqual((data[name].shape, data[name].dtype), ((n,), np.int8))
            self.assertEqual(json.loads(data["metadata/forager/run_sheet"])["notes"], "Prüfung 検査 🤖")

    def test_counts_sums_and_rows_at_the_ends_are_those_that_were_recorded(self) -> None:
        for kind in KINDS:
            out, report = self.given.exported(kind, "d4rl", f"{kind}.hdf5")
            data = load_as_d4rl_does(out)
            episodes = self.given.expected[kind]["episodes"]
            ends = np.flatnonzero(data["terminals"] | data["timeouts"])
            self.assertEqual((report["episodes"], len(ends)), (len(episodes), len(episodes)))
            start = 0
            for episode, end in zip(episodes, ends):
                rows = slice(start, end + 1)
                self.assertEqual(end + 1 - start, episode["steps"])
                self.assertEqual(bool(data["terminals"][end]), episode["end_reason"] == "terminal")
                np.testing.assert_array_equal(data["observations"][start], np.float32(episode["first_observation"]))
                np.testing.assert_array_equal(data["next_observations"][end], np.float32(episode["last_observation"]))
                np.testing.assert_array_equal(data["next_observations"][rows][:-1], data["observations"][rows][1:])
                np.testing.assert_array_equal(data["actions"][start], np.float32(episode["first_action"]))
                np.testing.assert_array_equal(data["actions"][end], np.float32(episode["last_action"]))
                self.assertAlmostEqual(data["actions"][rows].sum(dtype=float), episode["policy_actions_sum"], 3)
                self.assertAlmostEqual(data["rewards"][rows].sum(dtype=float), episode["rewards_sum"], 3)
                start = end + 1

    def test_the_sent_actions_can_be_the_actions(self) -> None:
        out, _ = self.given.exported("arm", "d4rl", "arm-sent.hdf5", "--actions", "sent")
        data = load_as_d4rl_does(out)
        episodes = self.given.expected["arm"]["episodes"]
        self.assertAlmostEqual(data["actions"].sum(dtype=float), sum(e["sent_actions_sum"] for e in episodes), 3)
        self.assertAlmostEqual(
            data["infos/policy_actions"].sum(dtype=float), sum(e["policy_actions_sum"] for e in episodes), 3
        )

    def test_pandas_groups_the_rows_by_episode(self) -> None:
        out, _ = self.given.exported("locomotion", "d4rl", "locomotion.hdf5")
        data = load_as_d4rl_does(out)
        done = (data["terminals"] | data["timeouts"]).astype(bool)
        frame = pd.DataFrame({"reward": data["rewards"], "episode": np.concatenate([[0], done.cumsum()[:-1]])})
        returns = frame.groupby("episode")["reward"].sum()
        wanted = [e["rewards_sum"] for e in self.given.expected["locomotion"]["episodes"]]
        np.testing.assert_allclose(returns, wanted, atol=1e-4)

    def made(self, name: str, **datasets):
        """A file of another program."""
        path = self.given.home / name
        with h5py.File(path, "w") as file:
            for key, (values, options) in datasets.items():
                file.create_dataset(key, data=values, **options)
        return path

    def foreign(self, flags, **options):
        """Three episodes of 4, 3 and 2 rows: a terminal, a timeout, and one that the file does not end."""
        rng = np.random.default_rng(3)
        observations = rng.normal(size=(9, 5)).astype(np.float32)
        following = np.roll(observations, -1, axis=0)
        following[[3, 6, 8]] = rng.normal(size=(3, 5))
        terminals = np.zeros(9, flags)
        timeouts = np.zeros(9, flags)
        terminals[3] = 1
        timeouts[6] = 1
        return {
            "observations": (observations, options), "next_observations": (following, options),
            "actions": (rng.uniform(-1, 1, size=(9, 2)).astype(np.float32), options),
            "rewards": (rng.normal(size=9).astype(np.float32), options),
            "terminals": (terminals, options), "timeouts": (timeouts, options),
        }

    def taken(self, path, *options: str) -> tuple[dict, dict]:
        """Imports a file; the report, and the data of the new dataset, exported again."""
        new = path.with_suffix(".forager")
        report = forager("import", path, "--out", new, *options)
        again = path.with_suffix(".again.hdf5")
        forager("export", new, "--format", "d4rl", "--out", again)
        return report, load_as_d4rl_does(again)

    def test_files_with_flags_of_any_kind_and_compressed_chunks_come_in(self) -> None:
        packed = {"chunks": True, "compression": "gzip", "shuffle": True}
        for flags, options in ((np.bool_, packed), (np.uint8, {}), (np.int8, {}), (np.float32, packed)):
            given = self.foreign(flags, **options) | {"infos/qpos": (np.zeros((9, 2)), options)}
            report, data = self.taken(self.made(f"foreign-{flags.__name__}.hdf5", **given))
            self.assertEqual((report["format"], report["episodes"], report["transitions"]), ("d4rl", 3, 9))
            for name in ("observations", "next_observations", "actions", "rewards"):
                np.testing.assert_array_equal(data[name], given[name][0], name)
            np.testing.assert_array_equal(np.flatnonzero(data["terminals"]), [3])
            np.testing.assert_array_equal(np.flatnonzero(data["timeouts"]), [6, 8])
            self.assertTrue(any("qpos of infos" in belief for belief in report["beliefs"]))

    def test_a_file_without_next_observations_loses_the_steps_that_have_no_successor_and_says_so(self) -> None:
        given = self.foreign(np.bool_)
        del given["next_observations"]
        report, data = self.taken(self.made("no-next.hdf5", **given))
        # The last steps of the second and third episode; a terminal step needs no successor.
        np.testing.assert_array_equal(data["observations"], np.delete(given["observations"][0], [6, 8], axis=0))
        self.assertEqual((report["episodes"], report["transitions"]), (3, 7))
        self.assertTrue(any(belief.startswith("2 steps were left out") for belief in report["beliefs"]))
        self.assertTrue(any("after 1 terminal steps" in belief for belief in report["beliefs"]))

    def test_a_file_without_timeouts_is_cut_where_the_next_row_does_not_go_on(self) -> None:
        given = self.foreign(np.bool_)
        del given["timeouts"]
        report, data = self.taken(self.made("no-timeouts.hdf5", **given))
        self.assertEqual((report["episodes"], report["transitions"]), (3, 9))
        np.testing.assert_array_equal(np.flatnonzero(data["timeouts"]), [6, 8])

    def test_a_file_with_neither_needs_its_step_limit(self) -> None:
        given = self.foreign(np.bool_)
        del given["timeouts"], given["next_observations"]
        path = self.made("neither.hdf5", **given)
        with self.assertRaisesRegex(RuntimeError, "--episode-steps"):
            forager("import", path, "--out", path.with_suffix(".forager"))
        report, _ = self.taken(path, "--episode-steps", "3")
        self.assertEqual((report["episodes"], report["transitions"]), (4, 6))

    def test_what_is_no_number_or_of_another_length_is_refused_and_nothing_is_left(self) -> None:
        for name, key, change in (
            ("nan", "observations", lambda values: np.where(np.arange(45).reshape(9, 5) == 7, np.nan, values)),
            ("short", "rewards", lambda values: values[:-1]),
            ("flat", "actions", lambda values: values[:, 0]),
            ("half", "observations", lambda values: values.astype(np.float16)),
            ("big-endian", "actions", lambda values: values.astype(">f4")),
        ):
            given = self.foreign(np.bool_)
            given[key] = (change(given[key][0]), {})
            path = self.made(f"{name}.hdf5", **given)
            with self.assertRaises(RuntimeError, msg=name):
                forager("import", path, "--out", path.with_suffix(".forager"))
            self.assertEqual([p.name for p in self.given.home.glob(f"{name}*")], [path.name])


if __name__ == "__main__":
    unittest.main()
