"""How D4RL reads a file of its own format."""

import h5py


def load_as_d4rl_does(path) -> dict:
    """Every dataset of the file by its path, arrays read whole and scalars as they are."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            try:
                found[name] = item[:]
            except ValueError:
                found[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found
