"""The labels of a command's output are not the caller's words."""

from __future__ import annotations

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from diagnoser.evidence.observe import in_words

TABLE = """\
MA5800-X7(config-if-gpon-0/2)#display ont optical-info 0 all
  -----------------------------------------------------------------------------
  ONT  Rx power  Tx power  OLT Rx ONT  Temperature  Voltage  Current  Distance
  ID   (dBm)     (dBm)     power(dBm)  (C)          (V)      (mA)     (m)
  -----------------------------------------------------------------------------
    1  -28.86      2.31      -30.97      51           3.280    11       1530"""


def test_outputs_are_left_out_and_the_rest_keeps_its_place(shipped: PreparedKnowledge) -> None:
    report = f"the customer in the yard is slow\n{TABLE}\nwhat is it?"
    evidence = evidence_from({"report": report, "logs": [TABLE, "a line"]})

    told = in_words(evidence, shipped.observables, frozenset(shipped.base.bases))

    assert told.report is not None
    assert "Rx power" not in told.report
    assert told.report.index("what is it?") == report.index("what is it?")
    assert told.logs[1] == "a line"
    assert "Rx power" not in str(told.logs[0])


def test_the_columns_of_a_table_do_not_put_a_laser_before_the_fibre(shipped: PreparedKnowledge) -> None:
    report = diagnose(shipped, evidence_from({"report": f"please have a look:\n{TABLE}\nwhat should I do?"}))

    assert "laser" not in report.causes[0].id
    assert {"pon_access:ont_rx_weak"} <= {o.finding for o in report.observations}
