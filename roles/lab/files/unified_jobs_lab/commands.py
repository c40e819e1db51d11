# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated host answers to a command. Nothing is executed anywhere."""

from __future__ import annotations

import re
import shlex

_FIXED = {
    "uptime": " 09:14:02 up 41 days,  3:12,  0 users,  load average: 0.08, 0.03, 0.01\n",
    "pwd": "/root\n",
    "whoami": "root\n",
    "ls": "anaconda-ks.cfg\n",
    "uname -r": "5.14.0-427.el9.x86_64\n",
    "true": "",
}


def played(command: str, host: str) -> tuple[str, int, float | None]:
    """The output, the exit status and, if the command says so, the seconds."""
    text, code, seconds = "", 0, None
    for part in re.split(r"\s*(?:;|&&|\n)\s*", command.strip()):
        out, code, wait = _one(part, host)
        text += out
        if wait is not None:
            seconds = (seconds or 0.0) + wait
        if code:
            break
    return text, code, seconds


def _one(command: str, host: str) -> tuple[str, int, float | None]:
    try:
        words = shlex.split(command)
    except ValueError:
        return "bash: syntax error: unexpected end of file\n", 2, None
    name = words[0] if words else "true"
    if name == "echo":
        return " ".join(words[1:]) + "\n", 0, None
    if name == "hostname":
        return f"{host}\n", 0, None
    if name in ("exit", "false"):
        given = words[1] if len(words) > 1 else "1"
        return "", int(given) if given.isdigit() else 2, None
    if name == "sleep" and len(words) > 1 and re.fullmatch(r"\d+(\.\d+)?", words[1]):
        return "", 0, float(words[1])
    return _FIXED.get(" ".join(words), f"(simulated) {command}\n"), 0, None
