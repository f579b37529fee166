"""The shell of the commands: usage errors and invalid inputs are plain lines on stderr with exit status 2."""

import os
import signal
import subprocess
import sys
import time

import pytest

from theory.commandline import InputError, new_app, run_app


def an_app():
    app = new_app("demo", help="A demonstration.")

    @app.command
    def double(number: int, /, *, times: int = 1) -> None:
        """Print twice the number."""
        print(2 * number * times)

    @app.command
    def refuse() -> None:
        """Fail with two lines."""
        print("before")
        raise InputError(["first line", "second line"])

    @app.command
    def infeasible() -> int:
        """Answer, with exit status 1."""
        print("answer")
        return 1

    @app.command
    def stop(message: str = "", /) -> None:
        """Be interrupted."""
        raise KeyboardInterrupt(message)

    return app


def run(*argv: str, capsys) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        run_app(an_app(), argv)
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_a_command_that_works(capsys):
    assert run("double", "21", capsys=capsys) == (0, "42\n", "")
    assert run("double", "-3", "--times", "2", capsys=capsys) == (0, "-12\n", "")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["dubble", "1"], ['"dubble"', "double", "refuse"]),
        (["double"], ["NUMBER", "requires an argument"]),
        (["double", "many"], ["NUMBER", '"many"']),
        (["double", "1", "2"], ['no place for "2"']),
        (["double", "1", "--time", "2"], ["--time", "--times"]),
        (["double", "1", "--times"], ["--times", "requires an argument"]),
        (["double", "1", "--times", "2", "--times", "3"], ["--times", "multiple times"]),
        (["--verbose"], ["--verbose"]),
        (["double", "1\n2"], ["NUMBER"]),
    ],
)
def test_a_usage_error_is_one_plain_line(argv, words, capsys):
    status, out, err = run(*argv, capsys=capsys)
    assert (status, out) == (2, "")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert all(word in err for word in words)
    assert not set(err) & set("╭│╰─")


def test_invalid_input_has_a_line_for_each_mistake(capsys):
    assert run("refuse", capsys=capsys) == (2, "before\n", "first line\nsecond line\n")


def test_a_command_may_say_its_status(capsys):
    assert run("infeasible", capsys=capsys) == (1, "answer\n", "")


def test_interruption(capsys):
    assert run("stop", capsys=capsys) == (130, "", "interrupted\n")
    assert run("stop", "run again to resume", capsys=capsys) == (130, "", "run again to resume\n")


@pytest.mark.parametrize("argv", [["-h"], ["--help"], ["double", "-h"], []])
def test_help(argv, capsys):
    status, out, err = run(*argv, capsys=capsys)
    assert (status, err) == (0, "")
    assert "demo" in out


SLEEPER = """
import sys, time
from theory.commandline import new_app, run_app
app = new_app("demo", help="")
@app.default
def wait():
    for line in range(100_000):
        print(line)
    sys.stdout.flush()
    time.sleep(60)
run_app(app, [])
"""


def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_ctrl_c_is_one_line():
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        for line in process.stdout:
            if line == "99999\n":
                break
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        assert process.stderr.read() == "interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (PermissionError(13, "Permission denied", "here.png"), '"here.png" cannot be used: Permission denied\n'),
        (OSError(28, "No space left on device"), "a file cannot be used: No space left on device\n"),
        (MemoryError(), "this takes more memory than there is: try something smaller\n"),
    ],
)
def test_what_the_machine_refuses_is_one_line(problem, line, capsys):
    app = new_app("python -m something", "An app.")

    @app.command
    def fail() -> None:
        """Fail."""
        raise problem

    with pytest.raises(SystemExit) as left:
        run_app(app, ["fail"])
    assert (left.value.code, *capsys.readouterr()) == (2, "", line)
