"""Time stamps as devices print them."""

from __future__ import annotations

import pytest

from diagnoser.evidence.times import moment_in, moment_of, span_of, without_stamp


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("<34>Oct 11 22:14:15 mymachine su: failed", "--10-11T22:14:15"),
        ("<165>1 2003-10-11T22:14:15.003Z mymachine evntslog - ID47", "2003-10-11T22:14:15.003Z"),
        ("Jun 14 2023 15:16:01+08:00 HUAWEI %%01IFNET/4/LINK_DOWN", "2023-06-14T15:16:01+08:00"),
        ("#Jun 14 2023 15:16:01-05:30 HUAWEI", "2023-06-14T15:16:01-05:30"),
        ("Last physical up time   : 2023-06-14 15:16:01 UTC+08:00", "2023-06-14T15:16:01+08:00"),
        ("Jun 14 2023 15:16:01 UTC-05:30 HUAWEI", "2023-06-14T15:16:01-05:30"),
        ("%Jun 14 15:16:01:123 2023 H3C IFNET/3/PHY_UPDOWN", "2023-06-14T15:16:01.123"),
        ("Jun  4 15:16:01.5 host", "--06-04T15:16:01.5"),
        ("[  123.456789] sd 0:0:0:0: [sda]", "PT123.456789S"),
        ("<6>[    0.000000] Linux version", "PT0S"),
        ("[Wed Jun 14 15:16:01 2023] usb 1-1", "2023-06-14T15:16:01"),
        ("   1 | 06/14/2023 | 15:16:01 | Power Supply #0x51", "2023-06-14T15:16:01"),
        ("   1 | 06/14/23 | 03:16:01 PM UTC | Fan", "2023-06-14T15:16:01Z"),
        ("2023年6月14日 15时16分01秒 端口down", "2023-06-14T15:16:01"),
        ("2023年06月14日 下午3:16:01 端口down", "2023-06-14T15:16:01"),
        ("2023-06-14 15:16:01,123 INFO", "2023-06-14T15:16:01.123"),
        ("2023/06/14 15:16:01 [error]", "2023-06-14T15:16:01"),
        ('10.0.0.1 - - [14/Jun/2023:15:16:01 +0800] "GET"', "2023-06-14T15:16:01+08:00"),
        ("20230614T151601Z x", "2023-06-14T15:16:01Z"),
        ("I0614 15:16:01.123000    1 reflector.go:98] watch closed", "--06-14T15:16:01.123"),
        ("E0614 15:16:01 x", "--06-14T15:16:01"),
        ("EE0614 15:16:01 x", None),
        ("1686755761 link down", "2023-06-14T15:16:01Z"),
        ("1686755761.5 is no fraction that clocks write", None),
        ("1686755761.250 link down", "2023-06-14T15:16:01.25Z"),
        ("1686755761250 link down", "2023-06-14T15:16:01.25Z"),
        ("[1686755761] HOST ALERT: sw1;DOWN", "2023-06-14T15:16:01Z"),
        ("type=AVC msg=audit(1686755761.250:42): avc: denied", "2023-06-14T15:16:01.25Z"),
        ("16867557611 eleven digits", None),
        ("1686755761/3 is a part", None),
        ("serial 1686755761 inside a line", None),
        ("14.06.2023 15:16:01 Port 3 down", "2023-06-14T15:16:01"),
        ("14.06.2023, 15:16:01,123 Port 3 down", "2023-06-14T15:16:01.123"),
        ("1.14.06.2023 15:16:01 is a version", None),
        ("2023-06-14 15:16 Port 3 down", "2023-06-14T15:16:00"),
        ("[2023/6/14 15:16] Port 3 down", "2023-06-14T15:16:00"),
        ("2023-06-14T15:16Z Port 3 down", "2023-06-14T15:16:00Z"),
        ("14.06.2023 15:16 Port 3 down", "2023-06-14T15:16:00"),
        ("seen from 2023-06-14 15:16 on", None),
        ("2023年6月14日 15:16 端口down", "2023-06-14T15:16:00"),
        ("2023年6月14日 15时16分 端口down", "2023-06-14T15:16:00"),
        ("2023年6月14日15点端口down", None),
        ("nothing of the kind", None),
        ("1 | Pre-Init |0000000123| Fan", None),
        ("Feb 30 10:00:00 no such day", None),
        ("x" * 200 + " 2023-06-14 15:16:01", None),
    ],
)
def test_stamps_are_understood_and_written_as_iso(line: str, text: str | None) -> None:
    moment = moment_in(line)

    assert (None if moment is None else moment.text()) == text
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("one", "other", "seconds"),
    [
        ("2023-06-14T15:16:01", "2023-06-14T15:16:00", 1.0),
        ("2023-06-14T15:16:00+08:00", "2023-06-14T07:16:00Z", 0.0),
        ("2023-06-14T15:16:00+08:00", "2023-06-14T15:15:00", 60.0),
        ("--01-01T00:00:10", "--12-31T23:59:50", 20.0),
        ("--06-14T15:16:00", "2023-06-14T15:16:30", -30.0),
        ("PT20S", "PT5.5S", 14.5),
        ("PT20S", "2023-06-14T15:16:30", None),
    ],
)
def test_the_distance_of_moments(one: str, other: str, seconds: float | None) -> None:
    first, second = moment_of(one), moment_of(other)
    assert first is not None
    assert second is not None

    assert first.minus(second) == seconds


def test_a_bare_date_is_a_whole_day() -> None:
    span = span_of("2023-06-14")
    assert span is not None

    assert [m.text() for m in span] == ["2023-06-14T00:00:00", "2023-06-14T23:59:59"]
    assert span_of("2023-06-14T15:16+08:00") == (moment_of("2023-06-14T15:16:00+08:00"),) * 2
    assert span_of("yesterday") is None


def test_a_line_without_its_stamp() -> None:
    assert without_stamp("[Wed Jun 14 15:16:01 2023] usb 1-1: gone") == "usb 1-1: gone"
    assert without_stamp("no stamp") == "no stamp"
