"""Where the trained models are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "_models"
_CHECKOUT = Path(__file__).parents[1] / "models"


def path(name: str) -> Path:
    """Return the path of a file or folder of `models/`; FileNotFoundError when there is none.

    >>> path("proclitics.npz").name
    'proclitics.npz'
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"no model {name!r} in {_CHECKOUT} or {_INSTALLED}")
