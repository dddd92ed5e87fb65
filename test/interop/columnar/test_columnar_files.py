"""Tables, arrays, TFRecords and LeRobot folders under the tools that they are made for, and files of those tools here."""

import glob
import json
import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

import crc32c
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import tensorflow_datasets as tfds

import lerobot_classes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NODE = os.environ.get("FORAGER_NODE", "node")


def forager(*words: str) -> dict:
    """One call of the program; its JSON object, or its refusal as an error."""
    command = [NODE, str(ROOT / "src/main/cli.ts"), *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(json.loads(done.stderr.strip().splitlines()[-1])["message"])
    return json.loads(done.stdout)


def masked(data: bytes) -> int:
    crc = crc32c.crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(path: str):
    """Payloads of a TFRecord file, both checksums compared by another implementation."""
    data = Path(path).read_bytes()
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(data[at : at + 8])
        payload = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(payload)
        yield payload
        at += length + 16


class ColumnarFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = Path(cls.folder.name)
        for name, world, count in (("arm", "panda", "4000"), ("hopper", "Hopper-v1", "600")):
            where = ["--dataset", str(cls.home / f"{name}.forager")]
            forager("collect", "--world", world, "--explorer", "random", "--transitions", count, "--seed", "7", *where)
        make = [NODE, str(HERE / "make_exports.ts"), str(cls.home), "arm", "hopper"]
        subprocess.run(make, check=True, timeout=120)
        cls.infos = {name: forager("info", str(cls.home / f"{name}.forager")) for name in ("arm", "hopper")}
        cls.arrays = {name: np.load(cls.home / f"{name}.npz") for name in ("arm", "hopper")}

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def test_numpy_reads_the_arrays_with_their_episodes_and_units(self) -> None:
        for name, size in (("arm", 14), ("hopper", 11)):
            arrays, info = self.arrays[name], self.infos[name]
            n, e = info["transitions"], info["episodes"]
            self.assertEqual(arrays["observation"].shape, (n + e, size))
            self.assertEqual(len(arrays["action"]), n)
            self.assertEqual(arrays["episode_offset"][-1], n)
            self.assertEqual(arrays["observation_offset"][-1], n + e)
            self.assertEqual(len(arrays["end_reason"]), e)
            reasons, counts = np.unique(arrays["end_reason"], return_counts=True)
            self.assertEqual(dict(zip(reasons.tolist(), counts.tolist())), info["end_reasons"])
            self.assertTrue(np.isfinite(arrays["observation"]).all())
        self.assertEqual(self.arrays["arm"]["observation_unit"].tolist(), ["rad"] * 7 + ["rad/s"] * 7)
        self.assertEqual(json.loads(str(self.arrays["arm"]["run_sheet"][0]))["world"], "panda")

    def test_python_reads_the_form_of_archives_beyond_4_gb(self) -> None:
        path = self.home / "large.npz"
        subprocess.run([NODE, str(HERE / "make_large_form.ts"), str(path)], check=True, timeout=60)
        with np.load(path) as arrays:
            self.assertEqual([len(arrays[f"a{i}"]) for i in range(3)], [3, 100, 7])
            self.assertEqual(arrays["a1"].tolist(), [i / 2 for i in range(100)])

    def assert_table(self, table: pd.DataFrame, name: str, column) -> None:
        """`column(group, i)`: name of column i of a group in this table."""
        arrays = self.arrays[name]
        sheet = json.loads(str(arrays["run_sheet"][0]))
        self.assertEqual(len(table), len(arrays["observation"]))
        acted = table[column("action", sheet["action"][0])].notna()
        self.assertEqual(int(acted.sum()), len(arrays["action"]))
        for i, each in enumerate(sheet["observation"]):
            np.testing.assert_array_equal(table[column("observation", each)].astype("f4"), arrays["observation"][:, i])
        for group in ("action", "action_sent"):
            for i, each in enumerate(sheet["action"]):
                values = table[column(group, each)][acted].astype("f4")
                np.testing.assert_array_equal(values, arrays[group][:, i])
        self.assertEqual(table["end_reason"].dropna().tolist(), arrays["end_reason"].tolist())

    def test_pandas_and_pyarrow_read_the_table_with_types_units_and_run_sheet(self) -> None:
        for name in ("arm", "hopper"):
            path = self.home / f"{name}.parquet"
            table = pd.read_parquet(path)
            self.assert_table(table, name, lambda group, each: f"{group}.{each['name']}")
            np.testing.assert_array_equal(table["tick_time"], self.arrays[name]["tick_time"])
            notes = pq.read_metadata(path).metadata
            units = json.loads(notes[b"forager.units"])
            sheet = json.loads(notes[b"forager.run_sheet"])
            self.assertEqual(units[f"action.{sheet['action'][0]['name']}"], sheet["action"][0]["unit"])
            self.assertEqual(units["tick_time"], "ns")
        self.assertEqual(str(pq.read_schema(self.home / "arm.parquet").field("observation.q1").type), "float")

    def test_pandas_reads_the_csv_table_to_the_last_bit(self) -> None:
        for name in ("arm", "hopper"):
            table = pd.read_csv(self.home / f"{name}.csv")
            titled = lambda group, each: f"{group}.{each['name']}" + (f" [{each['unit']}]" if each["unit"] else "")
            self.assert_table(table, name, titled)
        np.testing.assert_array_equal(table["reward"].dropna().astype("f4"), self.arrays["hopper"]["reward"])

    def test_tensorflow_datasets_knows_the_folder_and_decodes_every_episode(self) -> None:
        for name in ("arm", "hopper"):
            arrays, folder = self.arrays[name], self.home / f"{name}.rlds"
            builder = tfds.builder_from_directory(str(folder))
            episodes = len(arrays["end_reason"])
            self.assertEqual(builder.info.splits["train"].num_examples, episodes)
            self.assertEqual(builder.info.splits["train"].shard_lengths, [episodes])
            features = tfds.features.FeaturesDict.from_json(json.loads((folder / "features.json").read_text()))
            (shard,) = glob.glob(str(folder / "*-train.tfrecord-00000-of-00001"))
            seen = 0
            for number, payload in enumerate(records(shard)):
                episode = features.deserialize_example_np(payload)
                steps = list(episode["steps"])
                start, end = arrays["observation_offset"][number : number + 2]
                self.assertEqual(len(steps), end - start)
                parts = ("joint_position", "joint_velocity") if name == "arm" else ("state",)
                observed = [np.concatenate([step["observation"][part] for part in parts]) for step in steps]
                np.testing.assert_array_equal(np.stack(observed), arrays["observation"][start:end])
                first, last = arrays["episode_offset"][number : number + 2]
                np.testing.assert_array_equal([step["action"] for step in steps[:-1]], arrays["action"][first:last])
                self.assertEqual([bool(step["is_first"]) for step in steps[:2]], [True, False])
                self.assertEqual([bool(step["is_last"]) for step in steps[-2:]], [False, True])
                reason = arrays["end_reason"][number]
                self.assertEqual(bool(steps[-1]["is_terminal"]), reason == "terminal")
                self.assertEqual(episode["episode_metadata"]["end_reason"].decode(), reason)
                seen += 1
            self.assertEqual(seen, episodes)

    def test_lerobot_opens_the_folder_and_gives_its_frames(self) -> None:
        module = lerobot_classes.load()
        arrays, root = self.arrays["arm"], self.home / "arm.lerobot"
        dataset = module.LeRobotDataset("forager/arm", root=root)
        self.assertEqual((len(dataset), dataset.num_episodes), (len(arrays["action"]), len(arrays["end_reason"])))
        self.assertEqual(dataset.fps, 20)
        self.assertEqual(dataset.meta.tasks.index.name, "task")
        for number, start in enumerate(arrays["episode_offset"][:-1]):
            frame = dataset[int(start)]
            np.testing.assert_array_equal(frame["observation.state"], arrays["observation"][start + number])
            np.testing.assert_array_equal(frame["action"], arrays["action"][start])
            np.testing.assert_array_equal(frame["action.sent"], arrays["action_sent"][start])
            self.assertEqual((frame["episode_index"], frame["frame_index"], frame["index"]), (number, 0, start))
            self.assertEqual(dataset.meta.episodes[number]["dataset_from_index"], start)
        self.assertIn("no task", dataset[0]["task"])

    def test_the_statistics_of_the_lerobot_folder_are_those_of_its_frames(self) -> None:
        for name in ("arm", "hopper"):
            root = self.home / f"{name}.lerobot"
            stats = json.loads((root / "meta/stats.json").read_text())
            frames = pd.read_parquet(root / "data/chunk-000/file-000.parquet")
            self.assertEqual(set(stats), set(frames.columns))
            features = json.loads((root / "meta/info.json").read_text())["features"]
            self.assertEqual(list(features), list(frames.columns))
            for feature, of in stats.items():
                values = np.stack(frames[feature].to_numpy()).astype("f8").reshape(len(frames), -1)
                self.assertEqual(of["count"], [len(frames)])
                spread = np.maximum(values.max(0) - values.min(0), 1e-12)
                np.testing.assert_array_equal(of["min"], values.min(0))
                np.testing.assert_array_equal(of["max"], values.max(0))
                np.testing.assert_allclose((np.array(of["mean"]) - values.mean(0)) / spread, 0, atol=1e-9)
                np.testing.assert_allclose((np.array(of["std"]) - values.std(0)) / spread, 0, atol=1e-9)
                for share in (1, 10, 50, 90, 99):
                    # A value lies at the quantile when as many values lie below it, whatever lies between two of them.
                    quantile = np.array(of[f"q{share:02d}"])
                    below = (values < quantile - 1e-3 * spread).mean(0)
                    upto = (values <= quantile + 1e-3 * spread).mean(0)
                    self.assertTrue((below <= share / 100 + 2e-3).all() and (upto >= share / 100 - 2e-3).all(), feature)

    def test_a_folder_that_lerobot_wrote_is_imported(self) -> None:
        module = lerobot_classes.load()
        names = ["a.pos", "b.pos", "a.vel", "b.vel"]
        features = {
            "observation.state": {"dtype": "float32", "shape": (4,), "names": names},
            "action": {"dtype": "float32", "shape": (2,), "names": names[2:]},
        }
        root = self.home / "theirs"
        made = module.LeRobotDataset.create(
            "someone/theirs", fps=10, features=features, root=root, robot_type="so100", use_videos=False
        )
        random = np.random.default_rng(1)
        for episode in range(3):
            for _ in range(5 + episode):
                state = random.standard_normal(4).astype("f4")
                made.add_frame(
                    {"observation.state": state, "action": random.uniform(-2, 2, 2).astype("f4"), "task": "pick"}
                )
            made.save_episode()
        made.finalize()
        out = self.home / "theirs.forager"
        report = forager("import", str(root), "--out", str(out))
        self.assertEqual((report["episodes"], report["transitions"]), (3, 4 + 5 + 6))
        self.assertTrue(any("last frame" in belief for belief in report["beliefs"]), report)

    def test_a_table_that_pandas_wrote_is_imported(self) -> None:
        random = np.random.default_rng(2)
        lengths = [4, 9, 2]
        table = pd.DataFrame(
            {
                "episode_id": np.repeat(range(len(lengths)), lengths),
                "timestamp": np.concatenate([np.arange(n) * 0.02 for n in lengths]),
                "obs": [random.standard_normal(3).astype("f4").tolist() for _ in range(sum(lengths))],
                "action_0": random.uniform(-1, 1, sum(lengths)),
                "action_1": random.uniform(-1, 1, sum(lengths)),
                "reward": random.standard_normal(sum(lengths)),
                "terminated": np.concatenate([[False] * (n - 1) + [n == 9] for n in lengths]),
                "comment": ["x"] * sum(lengths),
            }
        )
        for form in ("parquet", "csv"):
            path, out = self.home / f"pandas.{form}", self.home / f"pandas-{form}.forager"
            if form == "parquet":
                table.to_parquet(path)
            else:
                columns = pd.DataFrame(table["obs"].tolist()).add_prefix("obs_")
                pd.concat([table.drop(columns="obs"), columns], axis=1).to_csv(path, index=False)
            report = forager("import", str(path), "--out", str(out))
            self.assertEqual((report["episodes"], report["transitions"]), (3, 3 + 8 + 1), form)
            ends = forager("info", str(out))["end_reasons"]
            self.assertEqual(ends, {"step-limit": 2, "terminal": 1}, form)
            self.assertTrue(any("comment" in belief for belief in report["beliefs"]), report)

    def test_what_was_exported_is_imported_with_its_counts(self) -> None:
        for name, form in (("arm", "lerobot"), ("hopper", "parquet"), ("arm", "csv")):
            wanted, out = self.infos[name], self.home / f"{name}-{form}.forager"
            report = forager("import", str(self.home / f"{name}.{form}"), "--out", str(out))
            self.assertEqual(report["transitions"], wanted["transitions"])
            found = forager("info", str(out))
            self.assertEqual(found["end_reasons"], wanted["end_reasons"])
            self.assertEqual(found["world"], wanted["world"])


if __name__ == "__main__":
    unittest.main()
