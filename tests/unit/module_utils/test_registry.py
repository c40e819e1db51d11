# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The platforms that there are, and the client that each gets."""

from __future__ import annotations

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection


def test_each_platform_is_listed_under_its_name() -> None:
    for name, platform in _registry.PLATFORMS.items():
        assert name == platform.NAME
        assert platform.TITLE
        assert not getattr(platform, "__abstractmethods__", None)


def test_choices_are_ordered_unions() -> None:
    assert _registry.platform_names() == list(_registry.PLATFORMS)
    assert _registry.launch_types()[0] == "job_template"
    for words in (_registry.launch_types(), _registry.job_types()):
        assert len(words) == len(set(words))
    assert set(_registry.launch_options()) == set(_registry.PLATFORMS)


def test_open_platform_uses_the_connection() -> None:
    pytest.importorskip("requests")
    connection = Connection("awx", "https://h", token="t")
    platform = _registry.open_platform(connection)
    assert platform.NAME == "awx"
    assert platform.connection is connection


def test_open_platform_without_credentials() -> None:
    pytest.importorskip("requests")
    with pytest.raises(InvalidOptionError, match="no credentials for https://h"):
        _registry.open_platform(Connection("awx", "https://h"))
