"""The banks that the cases ask about."""

import shutil
from pathlib import Path

import pytest

from knowledge.crm.store import sqlite_url
from knowledge.intake.intake import import_folder

BERKA = Path(__file__).parents[2].parent / "shared" / "data" / "berka"


@pytest.fixture(scope="session")
def berka_files() -> Path:
    """The folder with the files of the Berka bank (PKDD'99), which are not part of this repository."""
    if not BERKA.is_dir():
        pytest.skip(f"the Berka bank's files are not in {BERKA}")
    return BERKA


@pytest.fixture(scope="session")
def berka_home(berka_files: Path, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the Berka bank, imported once for the session, and the classifier of questions."""
    home = tmp_path_factory.mktemp("berka")
    import_folder(berka_files, Path("berka"), url=sqlite_url(home), rejects=home / "rejects.csv")
    shutil.copy(demo_home / "understanding.npz", home)
    return home
