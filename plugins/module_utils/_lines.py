# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the words of live progress: lines that fit a terminal, cannot steer it, and show no secret.

Secrets are masked before anything is cut. They are looked for before control characters are taken away and after
it, because a secret may hold some, and some may stand between its letters.
"""

from __future__ import annotations

import math
import typing as t
import unicodedata

from ._masking import hidden
from ._native import clean
from ._types import HostStatus, Job, JobStatus

#: a line of 80 columns makes some terminals begin an empty one
WIDTH = 79
_MORE = "..."
_LONGEST_LABEL = 24
#: a name may be cut to the first before other things are left out, and to the second at last
_SHORT_NAME, _SHORTEST_NAME = 16, 8
#: with less room an explanation says nothing
_SHORTEST_EXPLANATION = 16
#: more jobs do not fit a line
_NAMED = 9
#: a terminal may show an emoji with this behind it in two columns
_AS_EMOJI = "\ufe0f"
_NO_WIDTH = frozenset(("Mn", "Me"))
#: rules that fill a line of 80 columns, as those of ansible-playbook
_RULES = ("*", "=", "-", "_")
_RULE, _SHORTEST_RULE = 10, 3
_INDENT = "  "
#: what is still to come is said first
_ORDER = (
    *(JobStatus.RUNNING, JobStatus.PENDING, JobStatus.SCHEDULED, JobStatus.CANCELING, JobStatus.UNKNOWN),
    *(JobStatus.SUCCESSFUL, JobStatus.FAILED, JobStatus.ERROR, JobStatus.CANCELED),
)
_GOING = frozenset((JobStatus.RUNNING, JobStatus.CANCELING))
_NO_TIME = ("", "0:00")
_EXPLAINED = frozenset((JobStatus.PENDING, JobStatus.ERROR, JobStatus.CANCELED))


# -- text --------------------------------------------------------------------------------------------------


def harmless(raw: t.Any) -> str:
    """Return a text masked and on lines of signs that can be printed: nothing in it steers a terminal."""
    masked = clean(str(hidden(str(raw))))
    return str(hidden("".join(sign if sign.isprintable() or sign == "\n" else _instead(sign) for sign in masked)))


def _instead(sign: str) -> str:
    if sign.isspace():
        return "    " if sign == "\t" else " "
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else ""


def one_line(raw: t.Any) -> str:
    """Return a text that is harmless, on one line, without needless blanks."""
    return str(hidden(" ".join(harmless(raw).split())))


def width_of(text: str) -> int:
    """Return how many columns a text takes, as far as its signs tell."""
    return len(text) if text.isascii() else sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if sign == _AS_EMOJI:
        return 1
    if unicodedata.category(sign) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Return a text that fits; what was longer ends with dots."""
    # signs without a width, however many, are not worth more room
    if width_of(text) <= columns and len(text) <= 4 * columns:
        return text
    return _head(text, max(columns - len(_MORE), 0))[0].rstrip() + _MORE[: max(columns, 0)]


def _head(text: str, columns: int) -> tuple[str, str]:
    """Return the beginning of a text that fits, and the rest."""
    used = 0
    for place, sign in enumerate(text):
        used += _columns(sign)
        if used > columns or place >= 4 * columns:
            return text[:place], text[place:]
    return text, ""


def fold(text: str, columns: int, rows: int) -> list[str]:
    """Return a line as rows that fit, broken between words; what takes more rows ends with dots.

    A rule is made shorter instead.
    """
    rest = text.rstrip()
    over = width_of(rest) - columns
    rule = len(rest) - len(rest.rstrip(rest[-1])) if rest.endswith(_RULES) else 0
    if over > 0 and rule >= max(_RULE, over + _SHORTEST_RULE):
        return [rest[:-over]]
    found: list[str] = []
    indent = ""
    while width_of(rest) > columns - len(indent) and len(found) < rows - 1:
        row, after = _break(rest, columns - len(indent))
        found.append(indent + row)
        rest, indent = after, _INDENT
    return [*found, indent + cut(rest, columns - len(indent))]


def _break(text: str, columns: int) -> tuple[str, str]:
    """Return a row that fits and the rest, broken at a blank if there is one near its end."""
    # a sign that is wider than the room would never fit
    row, rest = _head(text, max(columns, 2))
    blank = row.rfind(" ")
    if not rest.startswith(" ") and blank > len(row) // 2:
        row, rest = row[:blank], row[blank:] + rest
    return row.rstrip(), rest.lstrip()


def duration(seconds: t.Any) -> str:
    """Return seconds as C(1:02) or C(1:02:03); nothing for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not math.isfinite(seconds) or seconds < 0:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


# -- jobs --------------------------------------------------------------------------------------------------


def label_of(server: str) -> str:
    """Return a server's name as lines show it."""
    return cut(one_line(server), _LONGEST_LABEL)


def number_of(job: Job) -> str:
    """Return a job's id. What is not a number may be anything, a secret too."""
    return job.id if isinstance(job.id, str) and job.id.isdigit() else one_line(job.id)


def job_line(label: str, job: Job, columns: int, state: str = "") -> str:
    """Return how a job is, on one line.

    If there is not enough room for all, it goes without the job's type, then without the number of hosts, and at last
    its name is cut.

    :param state: what to say instead of its status, time and hosts.
    """
    bare = f"{_bracketed(label)}{number_of(job)}"
    full = f"{_bracketed(label)}{one_line(job.type).replace('_', ' ')} {number_of(job)}"
    name = one_line(job.name)
    forms = [
        (full, state or state_of(job)),
        (bare, state or state_of(job)),
        (bare, state or state_of(job, total=False)),
    ]
    wanted = min(width_of(name), _SHORT_NAME)
    head, said = next((form for form in forms if _room(*form, columns) >= wanted), forms[-1])
    if name:
        head += " " + cut(name, max(_room(head, said, columns), _SHORTEST_NAME))
    line = f"{head}: {said}"
    left = columns - width_of(line) - 2
    if job.status in _EXPLAINED and not state and job.explanation and left >= _SHORTEST_EXPLANATION:
        line += ": " + cut(one_line(job.explanation), left)
    return cut(line, columns)


def _room(head: str, said: str, columns: int) -> int:
    return columns - width_of(head) - width_of(said) - 3


def _bracketed(label: str) -> str:
    return f"[{label}] " if label else ""


def state_of(job: Job, still: str = "", total: bool = True) -> str:
    """Return the status, for how long, and what its hosts did.

    :param still: how long it has been so, to say that nothing changed.
    :param total: whether to say how many hosts it has.
    """
    status = one_line(job.status)
    if job.status == JobStatus.UNKNOWN and job.native_status:
        status += f" ({cut(one_line(job.native_status), _LONGEST_LABEL)})"
    time = duration(job.elapsed)
    if still:
        status = f"still {status} after {still}"
    elif job.is_finished and time:
        status += f" after {time}"
    elif job.status in _GOING and time not in _NO_TIME:
        status += f" {time}"
    hosts = _hosts_of(job, total)
    return f"{status}, {hosts}" if hosts else status


def _hosts_of(job: Job, with_total: bool) -> str:
    counts = {word: job.host_counts.get(word) or 0 for word in ("total", *HostStatus.ALL)}
    total = counts.pop("total")
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    if not total or (said and not with_total):
        return said
    # that all of them are at the beginning says nothing more
    begun = said and total not in (counts[HostStatus.PENDING], counts[HostStatus.RUNNING])
    return f"{total} host{'s' * (total != 1)}" + (f": {said}" if begun else "")


def bad_hosts(job: Job) -> int:
    """Return on how many hosts it went wrong so far."""
    return sum(job.host_counts.get(word) or 0 for word in HostStatus.BAD)


def counted(jobs: t.Iterable[Job]) -> str:
    """Return how many jobs are in which state."""
    statuses = [job.status for job in jobs]
    order = (*_ORDER, *sorted(set(statuses) - set(_ORDER)))
    return ", ".join(f"{statuses.count(word)} {one_line(word)}" for word in order if word in statuses)


def summary_line(label: str, jobs: t.Sequence[Job], columns: int, expected: int = 0, begun: str = "") -> str:
    """Return how many jobs are in which state, on one line.

    :param expected: how many there will be.
    :param begun: what is done to them one by one, such as C(launched).
    """
    number = f"{len(jobs)} of {expected} {begun or 'jobs'}" if len(jobs) < expected else _number(jobs)
    return cut(f"{_bracketed(label)}{number}: {counted(jobs)}", columns)


def failed_line(label: str, names: t.Sequence[str], columns: int) -> str:
    """Return that more jobs failed, on one line, with as many of their names as there is room for."""
    begin = f"{_bracketed(label)}{len(names)} more failed: "
    shown = list(names[:columns])
    while shown:
        line = begin + ", ".join([*shown, *([_MORE] if len(shown) < len(names) else [])])
        if width_of(line) <= columns:
            return line
        shown.pop()
    return cut(begin + _MORE, columns)


def waiting_line(labels: t.Sequence[str], jobs: t.Sequence[Job], waited: str, columns: int) -> str:
    """Return that nothing happened, on one line; it names the jobs if there is room.

    :param labels: the server of each job.
    """
    one = len(set(labels)) == 1
    if len(jobs) == 1:
        ran = duration(jobs[0].elapsed) if jobs[0].status in _GOING else ""
        return job_line(labels[0], jobs[0], columns, state_of(jobs[0], waited if ran in _NO_TIME else ran))
    where = _bracketed(labels[0]) if one else ""
    begin = f"{where}waiting for {_number(jobs)} for {waited}: "
    if len(jobs) <= _NAMED:
        said = [f"{number_of(job)} {one_line(job.status)}" for job in jobs]
        named = ", ".join(said if one else [f"{label} {how}" for label, how in zip(labels, said)])
        if width_of(begin + named) <= columns:
            return begin + named
    return cut(begin + counted(jobs), columns)


def _number(jobs: t.Sequence[Job]) -> str:
    return f"{len(jobs)} job{'s' * (len(jobs) != 1)}"
