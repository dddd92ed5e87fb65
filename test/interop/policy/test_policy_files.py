"""Policy files under the reference tools of their formats: what our program writes they read, and the other way round."""

import hashlib
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from safetensors import safe_open

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NODE = os.environ.get("FORAGER_NODE", "node")
TOLERANCE = 1e-5


def forager(*words: str) -> dict:
    """One call of the program; its JSON object, or its refusal as an error."""
    command = [NODE, str(ROOT / "src/main/cli.ts"), *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(json.loads(done.stderr.strip().splitlines()[-1])["message"])
    return json.loads(done.stdout)


class PolicyFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = Path(cls.folder.name)
        subprocess.run([NODE, str(HERE / "make_policies.ts"), str(cls.home)], check=True, timeout=120)
        cls.known = json.loads((cls.home / "actions.json").read_text())

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def exported(self, name: str, form: str) -> Path:
        out = self.home / f"{name}-{self.id().rsplit('.', 1)[-1]}.{form}"
        forager("export", str(self.home / name), "--format", form, "--out", str(out))
        return out

    def assert_close(self, actual, expected) -> None:
        self.assertLess(np.abs(np.asarray(actual) - np.asarray(expected)).max(), TOLERANCE)

    def test_onnx_checker_accepts_every_export_and_infers_its_shapes(self) -> None:
        for name in ("actor", "noisy", "bcq", "bcq_twice"):
            model = onnx.load(str(self.exported(name, "onnx")))
            onnx.checker.check_model(model, full_check=True)
            self.assertEqual((model.ir_version, model.opset_import[0].version), (8, 17))
            sheet = json.loads({entry.key: entry.value for entry in model.metadata_props}["forager_policy"])
            self.assertEqual(sheet["format"], "forager-policy")
            inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.output[0]
            self.assertEqual(inferred.type.tensor_type.shape.dim[1].dim_value, 7)

    def test_onnxruntime_gives_the_actions_of_the_deterministic_policy(self) -> None:
        session = onnxruntime.InferenceSession(str(self.exported("actor", "onnx")))
        observations = np.array(self.known["observations"], np.float32)
        (actions,) = session.run(["action"], {"observation": observations})
        self.assert_close(actions, self.known["actor"]["actions"])

    def test_onnxruntime_gives_the_actions_with_noise_for_the_same_noise(self) -> None:
        session = onnxruntime.InferenceSession(str(self.exported("noisy", "onnx")))
        observations = np.array(self.known["observations"], np.float32)
        noise = np.array(self.known["noisy"]["noise"], np.float32)
        (actions,) = session.run(["action"], {"observation": observations, "noise": noise})
        self.assert_close(actions, self.known["noisy"]["actions"])
        self.assertEqual(np.abs(actions).max(), 1)

    def test_onnxruntime_gives_the_actions_of_bcq_for_the_same_noise(self) -> None:
        for name in ("bcq", "bcq_twice"):
            session = onnxruntime.InferenceSession(str(self.exported(name, "onnx")))
            shapes = {each.name: each.shape for each in session.get_inputs()}
            self.assertEqual(shapes, {"observation": [1, 14], "noise": [10, 6]})
            known = self.known[name]
            for observation, noise, action in zip(self.known["observations"], known["noise"], known["actions"]):
                feeds = {
                    "observation": np.array([observation], np.float32),
                    "noise": np.array(noise, np.float32).reshape(10, 6),
                }
                self.assert_close(session.run(["action"], feeds)[0][0], action)

    def test_the_layers_model_computes_the_same_from_its_files_alone(self) -> None:
        folder = self.exported("actor", "tfjs")
        model = json.loads((folder / "model.json").read_text())
        self.assertEqual(model["format"], "layers-model")
        (group,) = model["weightsManifest"]
        data = np.fromfile(folder / group["paths"][0], "<f4")
        weights, at = {}, 0
        for entry in group["weights"]:
            self.assertEqual(entry["dtype"], "float32")
            size = int(np.prod(entry["shape"]))
            weights[entry["name"]] = data[at : at + size].reshape(entry["shape"])
            at += size
        self.assertEqual(at, data.size)
        x = np.array(self.known["observations"], np.float32)
        functions = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh, "linear": lambda v: v}
        for layer in model["modelTopology"]["model_config"]["config"]["layers"][1:]:
            config = layer["config"]
            kernel, bias = weights[config["name"] + "/kernel"], weights[config["name"] + "/bias"]
            x = functions[config["activation"]](x @ kernel + bias)
        self.assert_close(x, self.known["actor"]["actions"])

    def test_safetensors_reads_the_weights_of_a_policy_folder(self) -> None:
        for name in ("actor", "bcq"):
            folder = self.home / name
            sheet = json.loads((folder / "policy.json").read_text())
            tensors = load_file(str(folder / sheet["weights"]))
            wanted = {
                f"{network}.{i}.{part}": [layer["outputs"], layer["inputs"]] if part == "weight" else [layer["outputs"]]
                for network, layers in sheet["networks"].items()
                for i, layer in enumerate(layers)
                for part in ("weight", "bias")
            }
            self.assertEqual({key: list(value.shape) for key, value in tensors.items()}, wanted)
            with safe_open(str(folder / sheet["weights"]), "numpy") as file:
                self.assertEqual(file.metadata()["updates"], str(sheet["updates"]))

    def test_a_model_made_with_the_onnx_library_is_imported_with_its_numbers(self) -> None:
        random = np.random.default_rng(3)
        first, second = (random.standard_normal(shape).astype(np.float32) for shape in ((14, 20), (7, 20)))
        bias = random.standard_normal(20).astype(np.float32)
        # One weight as raw bytes, one as a list of floats: both ways are in use.
        graph = helper.make_graph(
            [
                helper.make_node("MatMul", ["x", "first"], ["a"]),
                helper.make_node("Add", ["a", "bias"], ["b"]),
                helper.make_node("Relu", ["b"], ["c"]),
                helper.make_node("Gemm", ["c", "second"], ["d"], transB=1, alpha=0.5),
                helper.make_node("Tanh", ["d"], ["y"]),
            ],
            "made elsewhere",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 14])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 7])],
            [
                numpy_helper.from_array(first, "first"),
                helper.make_tensor("second", TensorProto.FLOAT, [7, 20], second.flatten().tolist()),
                numpy_helper.from_array(bias, "bias"),
            ],
        )
        # The runtime lags behind the newest file version that the library writes.
        opset = [helper.make_opsetid("", 21)]
        model = helper.make_model(graph, producer_name="onnx helper", opset_imports=opset, ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        path = self.home / "elsewhere.onnx"
        onnx.save(model, str(path))
        result = forager("import", str(path), "--out", str(self.home / "elsewhere"))
        self.assertEqual((result["runs"], result["producer"]), ("native", "onnx helper"))
        self.assertEqual(result["hash"], hashlib.sha256(path.read_bytes()).hexdigest())
        tensors = load_file(str(self.home / "elsewhere" / "weights.safetensors"))
        self.assert_close(tensors["actor.0.weight"], first.T)
        self.assert_close(tensors["actor.0.bias"], bias)
        self.assert_close(tensors["actor.1.weight"], 0.5 * second)
        self.assertTrue((tensors["actor.1.bias"] == 0).all())

        # It comes out again as a model that the runtime runs with the same result.
        again = self.exported("elsewhere", "onnx")
        x = random.standard_normal((5, 14)).astype(np.float32)
        expected = onnxruntime.InferenceSession(str(path)).run(None, {"x": x})[0]
        self.assert_close(onnxruntime.InferenceSession(str(again)).run(None, {"observation": x})[0], expected)

    def test_an_operator_that_is_not_run_is_refused_by_name(self) -> None:
        weight = numpy_helper.from_array(np.ones((14, 7), np.float32), "w")
        graph = helper.make_graph(
            [helper.make_node("Gemm", ["x", "w"], ["a"]), helper.make_node("LeakyRelu", ["a"], ["y"])],
            "made elsewhere",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 14])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 7])],
            [weight],
        )
        path = self.home / "leaky.onnx"
        onnx.save(helper.make_model(graph), str(path))
        with self.assertRaisesRegex(RuntimeError, "LeakyRelu"):
            forager("import", str(path), "--out", str(self.home / "leaky"))
        self.assertFalse((self.home / "leaky").exists())


if __name__ == "__main__":
    unittest.main()
