# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets pytest run in a checkout at any path, without ansible-test."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
LAB_FILES = ROOT / "roles" / "lab" / "files"


def install_collection_finder() -> None:
    """Make ansible_collections.unified.jobs importable."""
    if ROOT.parts[-3:] == ("ansible_collections", "unified", "jobs"):
        base = ROOT.parents[2]
    else:
        base = ROOT / ".build"
        link = base / "ansible_collections" / "unified" / "jobs"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to("../../..", target_is_directory=True)
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(base)
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    _AnsibleCollectionFinder(paths=[str(base)])._install()


# ansible-test installs a finder of its own
if not any(type(finder).__name__ == "_AnsibleCollectionFinder" for finder in sys.meta_path):
    install_collection_finder()
if str(LAB_FILES) not in sys.path:
    sys.path.insert(0, str(LAB_FILES))


@pytest.fixture(scope="session")
def recordings() -> pathlib.Path:
    """The folder with the recorded exchanges of real servers."""
    named = os.environ.get("JOBS_RECORDINGS")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "recordings"
    if not folder.is_dir():
        if named:
            pytest.fail(f"JOBS_RECORDINGS names no folder: {named}")
        pytest.skip("the recordings of real servers are not there; JOBS_RECORDINGS names their folder")
    return folder
