# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab around the servers: faults, the request log, the control path, TLS, the command line."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from lab_client import Client

from unified_jobs_lab import Lab, gate

#: no machine is so slow that what comes at all comes later
LONG = 120
FILES = Path(__file__).resolve().parents[2] / "roles" / "lab" / "files"

# -- faults


def test_status_fault_happens_once_and_is_logged(lab: Lab, api: Client) -> None:
    """The request is not handled; the next one is."""
    lab.fault("status", status=503, method="POST", path="/launch/$", retry_after=2)
    answer = api("POST", "job_templates/11/launch/", json={})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert not lab.engine.jobs
    assert api("POST", "job_templates/11/launch/", json={}).status_code == 201
    log = lab.requests("POST")
    assert [(e.status, e.handled, e.fault) for e in log] == [(503, False, "status"), (201, True, "")]


def test_a_restart_refuses_connections_and_loses_nothing(lab: Lab, api: Client) -> None:
    """The port stays its own meanwhile; a second stop or start changes nothing."""
    number = api("POST", "job_templates/11/launch/", json={}).json()["id"]
    url, port = lab.url(), int(lab.url().rpartition(":")[2])
    for _turn in range(2):
        for _again in range(2):
            lab.stop_listening()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=LONG).close()
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind(("127.0.0.1", port))
        with pytest.raises(requests.ConnectionError):
            api("GET", "ping/")
        lab.advance(60)
        for _again in range(2):
            lab.start_listening()
        assert lab.url() == url
        assert api("GET", f"jobs/{number}/").json()["status"] == "successful"
    lab.stop_listening("awx")
    lab.reset()
    assert api("GET", "ping/").status_code == 200


def test_kept_connections_are_dropped_on_request(lab: Lab) -> None:
    with socket.create_connection(("127.0.0.1", int(lab.url().rpartition(":")[2])), timeout=LONG) as kept:
        kept.sendall(b"GET /api/ HTTP/1.1\r\nHost: lab\r\n\r\n")
        assert kept.recv(65536).startswith(b"HTTP/1.1 200")
        lab.drop_connections()
        while kept.recv(65536):
            pass
    with socket.create_connection(("127.0.0.1", int(lab.url().rpartition(":")[2])), timeout=LONG):
        pass


def test_faults_skip_match_and_stop(lab: Lab, api: Client) -> None:
    """Skip two, then twice; other methods and paths are left alone."""
    lab.fault("status", status=404, method="GET", path="/me/", skip=2, times=2)
    assert [api("GET", "me/").status_code for _unused in range(6)] == [200, 200, 404, 404, 200, 200]
    lab.fault("status", status=500, path="/me/", times=None)
    assert [api("GET", "me/").status_code for _unused in range(3)] == [500] * 3
    assert api("GET", "ping/").status_code == 200
    lab.clear_faults()
    assert api("GET", "me/").status_code == 200


@pytest.mark.parametrize(
    ("status", "content_type"),
    [
        (401, "application/json"),
        (403, "application/json"),
        (429, "application/json"),
        (502, "text/html"),
        (504, "text/html"),
    ],
)
def test_status_fault_bodies(lab: Lab, api: Client, status: int, content_type: str) -> None:
    """Statuses that a proxy makes have a web page, the others JSON."""
    lab.fault("status", status=status)
    answer = api("GET", "me/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_own_body_and_date(lab: Lab, api: Client) -> None:
    """A test says what is answered."""
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    lab.fault("status", status=429, retry_after=date, body="slow down", content_type="text/plain")
    answer = api("GET", "me/")
    assert (answer.text, answer.headers["Retry-After"]) == ("slow down", date)


UNDONE = ("reset", "reset_sending", "hang_up")


@pytest.mark.parametrize("action", [*UNDONE, "cut_answer", "cut_body", "late_reset"])
@pytest.mark.parametrize("tls", [False, True])
def test_broken_connections(action: str, tls: bool) -> None:
    """The connection breaks before, after or during the answer; what breaks it before leaves the request undone."""
    with Lab(tls=tls) as lab:
        lab.fault(action, method="POST")
        with pytest.raises(requests.exceptions.RequestException):
            Client(lab)("POST", "job_templates/11/launch/", json={}, timeout=LONG)
        assert len(lab.engine.jobs) == (0 if action in UNDONE else 1)
        entry = lab.requests("POST")[0]
        assert entry.handled is (action not in UNDONE)
        assert entry.status == (201 if action == "cut_body" else None)
        assert Client(lab)("GET", "me/").status_code == 200


def test_bodies_that_are_not_what_they_should_be(lab: Lab, api: Client) -> None:
    """Half of the JSON, a web page, the wrong type, a redirect."""
    lab.fault("broken_json")
    with pytest.raises(ValueError, match="."):
        api("GET", "me/").json()
    lab.fault("html")
    answer = api("GET", "me/")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    lab.fault("wrong_type")
    answer = api("GET", "me/")
    assert answer.headers["Content-Type"].startswith("text/plain") and answer.json()["count"] == 1
    lab.fault("redirect", location="https://elsewhere.example.com/")
    answer = api("POST", "job_templates/11/launch/", json={})
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://elsewhere.example.com/")
    assert not lab.engine.jobs


def test_endless_and_huge_bodies(lab: Lab, api: Client) -> None:
    """A body of a given size, and one that goes on until the client has had enough."""
    lab.fault("endless", size=300_000)
    assert len(api("GET", "me/").content) == 300_001
    lab.fault("endless")
    with api("GET", "me/", stream=True) as answer:
        assert len(answer.raw.read(2_000_000)) == 2_000_000


def _until(reached: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def _launch_and_leave(lab: Lab) -> None:
    connection = http.client.HTTPConnection(lab.url().partition("//")[2], timeout=LONG)
    headers = {"Authorization": f"Bearer {lab.token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v2/job_templates/11/launch/", body="{}", headers=headers)
    connection.close()


def test_delay(lab: Lab, api: Client) -> None:
    """A slow answer is still an answer; a client that gives up is heard all the same."""
    lab.fault("delay", seconds=0.3)
    start = time.monotonic()
    assert api("GET", "me/").status_code == 200
    assert time.monotonic() - start >= 0.3
    lab.fault("delay", seconds=0.3, method="POST")
    _launch_and_leave(lab)
    _until(lambda: lab.engine.jobs)


@pytest.mark.parametrize("action", ["status", "late_delay"])
def test_an_answer_is_not_kept_back_from_a_client_that_hung_up(action: str) -> None:
    """What takes an hour is over when the client has gone."""
    with Lab() as lab:
        lab.fault(action, seconds=3600)
        with pytest.raises(requests.exceptions.ReadTimeout):
            Client(lab)("POST", "job_templates/11/launch/", json={}, timeout=0.1)
        _until(lambda: lab.requests() and lab.requests()[0].seconds)
        assert len(lab.engine.jobs) == (action == "late_delay")


#: of 64 KiB: more than the sockets of any system keep, so that the client is still sending however late the reset is
_PIECES = 4000


def test_reset_of_a_request_that_is_being_sent() -> None:
    """The client has not sent all of it: more than sockets keep for later is still to come."""
    with Lab() as lab:
        sent: list[int] = []

        def pieces() -> Iterator[bytes]:
            for _number in range(_PIECES):
                sent.append(1)
                yield b" " * 65536

        lab.fault("reset_sending", method="POST")
        headers = {"Content-Length": str(_PIECES * 65536), "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(lab.url().partition("//")[2], timeout=LONG)
        with pytest.raises(OSError, match="."):
            connection.request("POST", "/api/v2/job_templates/11/launch/", body=pieces(), headers=headers)
        connection.close()
        assert len(sent) < _PIECES
        assert [(entry.handled, entry.status) for entry in lab.requests("POST")] == [(False, None)]


def test_late_status(lab: Lab, api: Client) -> None:
    """A proxy gives up, and what is behind it has done its work; the answer may be any, an empty one too."""
    lab.fault("late_status", method="POST", status=502)
    answer = api("POST", "job_templates/11/launch/", json={})
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    lab.fault("late_status", method="POST", status=201, body="", headers={"X-Odd": "yes"})
    answer = api("POST", "job_templates/12/launch/", json={})
    assert (answer.status_code, answer.content, answer.headers["X-Odd"]) == (201, b"", "yes")
    assert len(lab.engine.jobs) == 2
    assert [(e.status, e.handled, e.fault) for e in lab.requests("POST")] == [
        (502, True, "late_status"),
        (201, True, "late_status"),
    ]


def test_late_delay(lab: Lab, api: Client) -> None:
    """What was asked for is done at once, and the answer comes later."""
    lab.fault("late_delay", method="POST", seconds=3600)
    with pytest.raises(requests.exceptions.ReadTimeout):
        api("POST", "job_templates/11/launch/", json={}, timeout=0.1)
    _until(lambda: lab.engine.jobs)
    lab.fault("late_delay", method="POST", seconds=0.3)
    start = time.monotonic()
    assert api("POST", "job_templates/12/launch/", json={}).status_code == 201
    assert time.monotonic() - start >= 0.3


def test_what_is_under_way_leaves_nothing_after_a_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that came before it, and would take effect after it, does not."""
    asleep, awake = threading.Event(), threading.Event()

    def sleep(_seconds: float) -> None:
        asleep.set()
        assert awake.wait(LONG)

    monkeypatch.setattr(gate, "time", types.SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    with Lab() as lab:
        lab.fault("delay", method="POST", seconds=1.0)
        _launch_and_leave(lab)
        assert asleep.wait(LONG)
        (entry,) = lab.requests("POST")
        lab.reset()
        awake.set()
        _until(lambda: entry.seconds)
        assert (entry.handled, lab.engine.jobs, lab.requests()) == (False, {}, [])


def test_unknown_fault(lab: Lab) -> None:
    """A typing error is said."""
    with pytest.raises(ValueError, match="is no fault"):
        lab.fault("explode")


# -- the request log


def test_log_holds_no_secret(lab: Lab, api: Client) -> None:
    """Neither headers nor queries nor bodies show one, however it is sent."""
    secrets = ["hush1", "hush2", "hush3", "hush4", "hush5", lab.password, lab.token]
    body = {
        "credential_passwords": {"ssh_password": secrets[0]},
        "vault_password.prod": secrets[1],
        "extra_vars": {"secret": secrets[2], "db_password": secrets[3], "release": "1.2"},
    }
    api("POST", "job_templates/24/launch/", json=body, headers={"Cookie": "awx_sessionid=hush5"})
    api("POST", "job_templates/24/launch/", json={"extra_vars": json.dumps(body["extra_vars"])})
    api("POST", "job_templates/24/launch/", json={"extra_vars": f"secret: {secrets[2]}"})
    api("GET", "me/", params={"password": secrets[0]})
    Client(lab, token=lab.token)("GET", "me/")
    requests.post(f"{lab.url()}/api/login/", data={"username": "admin", "password": lab.password}, timeout=LONG)
    text = json.dumps([entry.as_dict() for entry in lab.requests()])
    assert [secret for secret in secrets if secret in text] == []
    first = lab.requests("POST")[0]
    assert first.body["extra_vars"]["release"] == "1.2"
    assert list(first.body["credential_passwords"]) == ["ssh_password"]
    assert first.headers["Authorization"].startswith("Basic ")


def test_log_can_be_asked_and_forgotten(lab: Lab, api: Client) -> None:
    """By method and by path; the control path is not in it."""
    api.get("me/")
    api.launch(11)
    requests.get(f"{lab.url()}/_lab/state", timeout=LONG)
    assert len(lab.requests()) == 2
    assert [e.path for e in lab.requests("GET")] == ["/api/v2/me/"]
    assert len(lab.requests("post", r"/launch/$")) == 1
    lab.forget_requests()
    assert lab.requests() == []


def test_connections_are_kept(lab: Lab) -> None:
    """Many requests, one connection, also when a body was sent that nobody wanted."""
    connection = http.client.HTTPConnection(lab.url().partition("//")[2], timeout=LONG)
    connection.connect()
    first = connection.sock
    headers = {"Authorization": f"Bearer {lab.token}", "Content-Type": "application/json"}
    for method, path, status in (("GET", "me", 200), ("POST", "jobs", 405), ("HEAD", "me", 200), ("GET", "me", 200)):
        connection.request(method, f"/api/v2/{path}/", body='{"a": 1}' if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, connection.sock) == (status, first)
    connection.close()
    assert len(lab.requests()) == 4


# -- time and reset


def test_date_header_is_the_lab_time(lab: Lab, api: Client) -> None:
    """A client that goes by the server's date meets the dates of its jobs."""
    lab.advance(86400)
    date = parsedate_to_datetime(api("GET", "ping/").headers["Date"]).timestamp()
    assert abs(date - lab.clock.now()) < 2


def test_reset(lab: Lab, api: Client) -> None:
    """No jobs, no faults, no log, changed scripts forgotten, tokens valid."""
    api.launch(11)
    lab.engine.behave("lab-ok", duration=99.0)
    lab.fault("status")
    lab.expire_tokens()
    lab.reset()
    assert not lab.engine.jobs and not lab.requests()
    assert lab.engine.templates[11].behavior.duration < 10
    assert Client(lab, token=lab.token)("GET", "me/").status_code == 200


def test_scripts_can_be_changed(lab: Lab, api: Client) -> None:
    """A test gives a template another duration or ending."""
    lab.engine.behave(11, duration=100.0)
    job = api.launch(11)
    lab.advance(50)
    assert api.get(f"jobs/{job}/")["status"] == "running"
    lab.advance(60)
    assert api.get(f"jobs/{job}/")["status"] == "successful"


# -- the control path


def _control(lab: Lab, method: str, path: str, body: Any = None) -> requests.Response:
    return requests.request(method, f"{lab.url()}/_lab/{path}", json=body, timeout=LONG)


def test_control(lab: Lab, api: Client) -> None:
    """Everything that a user's test needs, over HTTP."""
    job = api.launch(11)
    state = _control(lab, "GET", "state").json()
    assert state["jobs"] == [{"id": job, "type": "job", "name": "lab-ok", "status": "pending"}]
    assert _control(lab, "POST", "advance", {"seconds": 30}).json()["jobs"][0]["status"] == "successful"
    assert _control(lab, "POST", "thaw").json()["frozen"] is False
    assert _control(lab, "POST", "freeze").json()["frozen"] is True
    fault = {"action": "status", "status": 403, "path": "/me/"}
    assert _control(lab, "POST", "faults", fault).json()[0]["status"] == 403
    assert api("GET", "me/").status_code == 403
    _control(lab, "POST", "faults", fault)
    assert _control(lab, "DELETE", "faults").json() == []
    log = _control(lab, "GET", "requests?method=POST").json()
    assert [(entry["path"], entry["status"]) for entry in log] == [("/api/v2/job_templates/11/launch/", 201)]
    assert _control(lab, "DELETE", "requests").json() == []
    assert _control(lab, "POST", "delete-job", {"id": job}).json()["jobs"] == []
    assert api("GET", f"jobs/{job}/").status_code == 404
    assert _control(lab, "POST", "behavior", {"template": "lab-ok", "duration": 7}).json()["duration"] == 7
    assert _control(lab, "POST", "expire-token", {"token": lab.token}).status_code == 200
    assert Client(lab, token=lab.token)("GET", "me/").status_code == 401
    assert Client(lab, token=lab.read_token)("GET", "me/").status_code == 200
    assert _control(lab, "POST", "reset").json()["jobs"] == []


def test_control_repeats_a_job(lab: Lab, api: Client) -> None:
    """Thousands of finished jobs are there at once, and a page of them costs no more than its rows."""
    job = api.launch(11)
    assert "not a finished one" in _control(lab, "POST", "repeat-job", {"id": job, "count": 3}).json()["error"]
    lab.advance(30)
    made = _control(lab, "POST", "repeat-job", {"id": job, "count": 3000}).json()
    assert made == {"first": job + 1, "last": job + 3000}
    newest = api.get("unified_jobs/", order_by="-id", page_size=2)
    assert (newest["count"], [row["id"] for row in newest["results"]]) == (3001, [job + 3000, job + 2999])
    below = api.get("jobs/", order_by="-id", page_size=2, id__lt=job + 2)
    assert (below["count"], [row["id"] for row in below["results"]]) == (2, [job + 1, job])
    assert api.get("jobs/", id=job + 7)["results"] == api.get("jobs/", id=job + 7, status="successful")["results"]
    assert api.get("workflow_jobs/", page_size=2)["count"] == 0


def test_answered_bytes_are_counted(lab: Lab, api: Client) -> None:
    """The log says how long each answer's body was, also of those that are made while they are sent."""
    job = api.launch(11)
    lab.engine.behave("lab-noprompt", flood=3_000_000)
    flooded = api.launch(13)
    lab.advance(30)
    answers = [api("GET", f"jobs/{job}/"), api("GET", f"jobs/{flooded}/stdout/?format=txt_download")]
    answers.append(api("GET", "jobs/9/"))
    log = _control(lab, "GET", "requests?method=GET").json()
    assert [entry["answer_bytes"] for entry in log] == [len(answer.content) for answer in answers]
    assert len(answers[1].content) > 3_000_000 and answers[1].content.endswith(b"..\n")
    assert "too large" in api("GET", f"jobs/{flooded}/stdout/?format=txt").text


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("faults", {"action": "explode"}, "is no fault"),
        ("faults", {"action": "status", "colour": "red"}, "has no colour"),
        ("faults", [1], "JSON object"),
        ("advance", {"seconds": -5}, "cannot go back"),
        ("behavior", {"template": "nope"}, "0 templates"),
        ("behavior", {"template": "lab-ok", "colour": 1}, "colour"),
    ],
)
def test_control_refuses_nonsense(lab: Lab, path: str, body: Any, words: str) -> None:
    """With one sentence."""
    answer = _control(lab, "POST", path, body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


# -- life


def test_start_is_quick_and_stop_is_final() -> None:
    """Well under a second with TLS; afterwards nobody answers, not even on a kept connection."""
    # of this process: other things that run on the machine are not its fault
    start = time.process_time()
    with Lab(tls=True) as lab:
        assert time.process_time() - start < 10
        url, session = lab.url(), requests.Session()
        assert session.get(f"{url}/api/v2/ping/", verify=lab.ca_file, timeout=LONG).status_code == 200
        ca_file = lab.ca_file
    assert ca_file is not None and not Path(ca_file).exists()
    with pytest.raises(requests.exceptions.RequestException):
        session.get(f"{url}/api/v2/ping/", timeout=LONG)


def test_tls_is_trusted_only_with_its_authority() -> None:
    """Its own authority, for 127.0.0.1 and localhost; a silent client does not hold up the others."""
    with Lab(tls=True) as lab:
        port = int(lab.url().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=LONG):
            answer = requests.get(f"{lab.url()}/api/v2/ping/", verify=lab.ca_file, timeout=LONG)
        assert answer.json()["version"] == "24.6.1"
        assert requests.get(f"https://localhost:{port}/api/v2/ping/", verify=lab.ca_file, timeout=LONG).ok
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{lab.url()}/api/v2/ping/", verify=True, timeout=LONG)
        with pytest.raises((requests.exceptions.RequestException, ssl.SSLError)):
            requests.get(f"http://127.0.0.1:{port}/api/v2/ping/", timeout=LONG)


def test_wrong_options() -> None:
    """One clear sentence each."""
    with pytest.raises(ValueError, match="simulates awx.*not salt"):
        Lab(platforms=("salt",))
    with pytest.raises(ValueError, match="greater than 0"):
        Lab(speed=0)
    with Lab() as lab, pytest.raises(OSError, match="in use"):
        Lab(port=int(lab.url().rsplit(":", 1)[1])).start()


# -- the command line


def _command(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(FILES)}
    command = [sys.executable, "-m", "unified_jobs_lab", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def _wait_for(path: Path, process: subprocess.Popen[str]) -> dict[str, Any]:
    _until(lambda: path.exists() or process.poll() is not None)
    assert path.exists(), process.stderr.read() if process.stderr else ""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_line(tmp_path: Path, number: signal.Signals) -> None:
    """It writes the state file when it is ready, serves, and goes without a trace."""
    path = tmp_path / "state.json"
    process = _command("--state", str(path), "--speed", "5")
    try:
        state = _wait_for(path, process)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        server = state["servers"]["awx"]
        assert state["pid"] == process.pid
        assert set(server) >= {"url", "username", "password", "token", "read_token", "control"}
        answer = requests.get(f"{server['url']}/api/v2/ping/", verify=state["ca_file"], timeout=LONG)
        assert answer.status_code == 200
        control = requests.get(f"{server['control']}/state", verify=state["ca_file"], timeout=LONG).json()
        assert control["speed"] == 5
    finally:
        process.send_signal(number)
        assert process.wait(timeout=LONG) == 0
    assert list(tmp_path.iterdir()) == []


def test_command_line_gateway_without_tls(tmp_path: Path) -> None:
    """Plain http, behind a gateway."""
    path = tmp_path / "state.json"
    process = _command("--state", str(path), "--no-tls", "--gateway", "--platform", "awx")
    try:
        state = _wait_for(path, process)
        assert state["ca_file"] is None
        assert "apis" in requests.get(f"{state['servers']['awx']['url']}/api/", timeout=LONG).json()
    finally:
        process.terminate()
        assert process.wait(timeout=LONG) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--platform", "salt"), "simulates awx"),
        (("--speed", "0"), "greater than 0"),
        (("--port", "99999"), "port must be"),
        (("--port", "taken", "--no-tls"), "in use"),
    ],
)
def test_command_line_refuses(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """One sentence, and a status that is not 0."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = _command("--state", str(tmp_path / "state.json"), *[port if a == "taken" else a for a in arguments])
        _out, error = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert len(error.splitlines()) == 1
    assert words in error, error
    assert not (tmp_path / "state.json").exists()


def test_command_line_needs_a_folder(tmp_path: Path) -> None:
    """A state file nobody can write."""
    process = _command("--state", str(tmp_path / "missing" / "state.json"))
    _out, error = process.communicate(timeout=LONG)
    assert process.returncode == 1 and "cannot start" in error


def _answer(*arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(FILES)}
    command = [sys.executable, "-m", "unified_jobs_lab", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONG, check=False)
    return done.returncode, (done.stdout or done.stderr).strip()


def test_background(tmp_path: Path) -> None:
    """Start once, find it, stop it; each can be said again. Where it is, is said, and nothing secret."""
    path = tmp_path / "lab.json"
    state = ("--state", str(path))
    assert _answer(*state, "--status") == (0, "not running")
    status, words = _answer(*state, "--detach", "--platform=awx", "--platform=foreman")
    try:
        servers = json.loads(path.read_text(encoding="utf-8"))["servers"]
        places = [
            f"state file, with users and tokens: {path}",
            *(f"{name}: {servers[name]['url']}" for name in servers),
        ]
        assert (status, words.splitlines()) == (0, ["started", *places])
        assert list(servers) == ["awx", "foreman"]
        assert _answer(*state, "--detach") == (0, "\n".join(["running already", *places]))
        assert _answer(*state, "--status") == (0, "running")
    finally:
        assert _answer(*state, "--stop") == (0, "stopped")
    assert _answer(*state, "--stop") == (0, "not running")
    assert list(tmp_path.iterdir()) == []


def test_background_says_why_not(tmp_path: Path) -> None:
    """The sentence of the lab itself, and no state file."""
    status, words = _answer("--state", str(tmp_path / "lab.json"), "--detach", "--speed=0")
    assert (status, words) == (1, "The lab cannot start: speed must be greater than 0")
    assert not (tmp_path / "lab.json").exists()


def test_stop_ends_no_other_process(tmp_path: Path) -> None:
    """A pid that now belongs to somebody else, and a lab that is not the one of the file."""
    path = tmp_path / "lab.json"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as other:
        try:
            with Lab() as lab:
                servers = {"awx": {"control": f"{lab.url()}/_lab"}}
                path.write_text(json.dumps({"pid": other.pid, "ca_file": None, "servers": servers}), encoding="utf-8")
                assert _answer("--state", str(path), "--stop") == (0, "not running")
                assert other.poll() is None
                assert Client(lab)("GET", "me/").status_code == 200
            path.write_text(json.dumps({"pid": other.pid, "ca_file": None, "servers": servers}), encoding="utf-8")
            assert _answer("--state", str(path), "--stop") == (0, "not running")
            assert other.poll() is None
        finally:
            other.kill()
