"""Our worlds step for step against Gymnasium's, on MuJoCo's native library, with exact masses.

Gymnasium's v4 environments have the models, rewards and terminations of v1; only the masses of capsules changed. v5
differs by name: Walker2d has 1.9 instead of 0.9 as friction of its right foot, and no step that ends unhealthy has the
alive bonus.
"""

import json
import os
import subprocess
import unittest
import warnings
from pathlib import Path

import gymnasium
import mujoco
import numpy as np

warnings.filterwarnings("ignore", category=DeprecationWarning)

ROOT = Path(__file__).resolve().parents[3]
WORLDS = ("HalfCheetah", "Hopper", "Walker2d")
STEPS = 200


def ours(world: str, episodes: list, inertia: str = "exact") -> list:
    """What our world does in each episode: {"state": [...], "actions": [[...], ...]}."""
    order = {"world": f"{world}-v1", "inertia": inertia, "episodes": episodes}
    node = os.environ.get("FORAGER_NODE", "node")
    command = [node, str(ROOT / "test/interop/mujoco/simulate.ts")]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def environment(world: str, version: str = "v4"):
    # Without wrappers: nothing ends an episode early or checks what was measured before.
    return gymnasium.make(f"{world}-{version}").unwrapped


def state_of(env) -> np.ndarray:
    return np.concatenate([env.data.qpos, env.data.qvel])


def put(env, state: np.ndarray) -> None:
    """The state, with nothing remembered of earlier steps: the solver starts warm from there."""
    mujoco.mj_resetData(env.model, env.data)
    env.set_state(state[: env.model.nq], state[env.model.nq :])


def episode(env, seed: int, steps: int = STEPS) -> tuple:
    """A start state and uniform actions in single precision, some of them beyond the range of the motors."""
    env.reset(seed=seed)
    actions = np.random.default_rng(seed).uniform(-1.2, 1.2, (steps, env.model.nu)).astype(np.float32)
    return state_of(env), actions.astype(float)


def played(env, state: np.ndarray, actions: np.ndarray) -> list:
    put(env, state)
    rows = []
    for action in actions:
        observation, reward, terminated, _, _ = env.step(action)
        rows.append({"state": state_of(env), "observation": observation, "reward": reward, "terminal": bool(terminated)})
    return rows


def distance(theirs: list, mine: list, key: str) -> np.ndarray:
    """Largest difference of each step, relative to numbers beyond 1."""
    a = np.array([np.atleast_1d(row[key]) for row in theirs])
    b = np.array([np.atleast_1d(row[key]) for row in mine])
    return (np.abs(a - b) / np.maximum(1, np.abs(a))).max(axis=1)


class Gymnasium(unittest.TestCase):
    def test_every_step_is_the_same_step(self) -> None:
        """From each of many states, those of random episodes, one step of ours is one step of theirs."""
        for world in WORLDS:
            env = environment(world)
            singles, theirs = [], []
            for seed in range(3):
                state, actions = episode(env, seed)
                states = [state] + [row["state"] for row in played(env, state, actions)][:-1]
                for start, action in zip(states, actions):
                    singles.append({"state": start.tolist(), "actions": [action.tolist()]})
                    theirs += played(env, start, action[None])
            mine = [rows[0] for rows in ours(world, singles)]
            with self.subTest(world, states=len(singles)):
                self.assertLess(distance(theirs, mine, "state").max(), 1e-8)
                # Stored in single precision.
                self.assertLess(distance(theirs, mine, "observation").max(), 1e-6)
                self.assertLess(distance(theirs, mine, "reward").max(), 1e-6)
                self.assertEqual([row["terminal"] for row in theirs], [row["terminal"] for row in mine])
                if world != "HalfCheetah":
                    self.assertIn(True, [row["terminal"] for row in mine])
                    self.assertIn(False, [row["terminal"] for row in mine])

    def test_hopper_and_walker_stay_together_for_a_whole_episode(self) -> None:
        for world in ("Hopper", "Walker2d"):
            env = environment(world)
            for seed in range(3):
                state, actions = episode(env, seed)
                (mine,) = ours(world, [{"state": state.tolist(), "actions": actions.tolist()}])
                with self.subTest(world, seed=seed):
                    self.assertLess(distance(played(env, state, actions), mine, "state").max(), 1e-8)

    def test_half_cheetah_stays_together_as_long_as_the_engine_stays_with_itself(self) -> None:
        """Its contacts magnify the last bit: the same engine leaves itself after a change of 1e-15 just as fast."""
        env = environment("HalfCheetah")
        for seed in range(3):
            state, actions = episode(env, seed)
            (mine,) = ours("HalfCheetah", [{"state": state.tolist(), "actions": actions.tolist()}])
            theirs = played(env, state, actions)
            apart = distance(theirs, mine, "state")
            nudged = [played(env, state + nudge, actions) for nudge in (2e-15, -2e-15, 5e-15, -5e-15)]
            own = np.max([distance(theirs, rows, "state") for rows in nudged], axis=0)
            together = int(np.argmax(apart > 1e-6))
            itself = int(np.argmax(own > 1e-6))
            with self.subTest(seed=seed, together=together, itself=itself):
                self.assertLess(apart[:10].max(), 1e-8)
                self.assertGreater(together, itself / 2)

    def test_legacy_masses_make_another_body(self) -> None:
        for world in WORLDS:
            env = environment(world)
            state, actions = episode(env, 0, 10)
            (mine,) = ours(world, [{"state": state.tolist(), "actions": actions.tolist()}], "legacy")
            with self.subTest(world):
                self.assertGreater(distance(played(env, state, actions), mine, "state").max(), 1e-3)

    def test_v5_differs_where_it_says_so(self) -> None:
        """v5 changes the alive bonus of the last step and, in Walker2d, the friction of a foot: nothing else."""
        for world in WORLDS:
            env = environment(world, "v5")
            if world == "Walker2d":
                right = mujoco.mj_name2id(env.model, mujoco.mjtObj.mjOBJ_GEOM, "foot_geom")
                self.assertEqual(env.model.geom_friction[right, 0], 1.9)
                env.model.geom_friction[right, 0] = 0.9
            state, actions = episode(env, 1)
            starts = [state] + [row["state"] for row in played(env, state, actions)][:-1]
            theirs = [played(env, start, action[None])[0] for start, action in zip(starts, actions)]
            singles = [{"state": s.tolist(), "actions": [a.tolist()]} for s, a in zip(starts, actions)]
            mine = [rows[0] for rows in ours(world, singles)]
            with self.subTest(world):
                self.assertLess(distance(theirs, mine, "state").max(), 1e-8)
                for row in theirs:
                    row["reward"] += 1.0 if row["terminal"] else 0.0
                self.assertLess(distance(theirs, mine, "reward").max(), 1e-6)


if __name__ == "__main__":
    unittest.main()
