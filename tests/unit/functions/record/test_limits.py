"""What is too slow or too large ends alone, before Lambda ends the function with everything it holds."""

import re
import subprocess
import sys
import threading

import pytest

from functions.record.limits import RESERVE, SHARE, UNLIMITED, CallLimit, ringing
from shared.pipeline.returning import OutOfTimeError


def test_a_loop_that_never_ends_is_ended() -> None:
    def forever() -> None:
        while True:
            pass

    with pytest.raises(OutOfTimeError), ringing(0.05):
        forever()


def test_a_regular_expression_that_never_ends_is_ended() -> None:
    with pytest.raises(OutOfTimeError), ringing(0.05):
        re.match(r"(a+)+$", "a" * 60 + "!")


def test_what_is_in_time_hears_no_alarm_and_leaves_none_behind() -> None:
    with ringing(0.05):
        pass
    threading.Event().wait(0.1)


def test_beside_the_main_thread_there_is_no_alarm() -> None:
    rung: list[BaseException] = []

    def work() -> None:
        try:
            with ringing(0.001):
                threading.Event().wait(0.05)
        except OutOfTimeError as error:
            rung.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert rung == []


@pytest.mark.parametrize(
    ("seconds", "over"), [(RESERVE + SHARE + 1, False), (RESERVE + SHARE - 1, True), (RESERVE - 1, True)]
)
def test_a_call_is_over_where_less_than_a_share_is_left(seconds: float, over: bool) -> None:
    assert CallLimit(lambda: int(seconds * 1000)).is_over() is over
    assert not UNLIMITED.is_over()


def test_a_call_without_time_ends_what_it_begins() -> None:
    for limited in (CallLimit(lambda: 0).alone(), CallLimit(lambda: 0).together()):
        with pytest.raises(OutOfTimeError), limited:
            threading.Event().wait(1)


@pytest.mark.slow
def test_a_process_with_a_limit_of_memory_survives_what_is_too_large_for_it() -> None:
    code = """
from functions.record.limits import limit_memory
limit_memory(300)
try:
    held = [bytearray(1_000_000) for _ in range(2_000)]
except MemoryError:
    print("survived")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "survived", ran.stderr
